//! A server in the sample city.

use std::path::Path;

use huiyin::features::directory::{CityFiles, seed};

use super::app::TestApp;

/// Starts a server whose directory is that of the sample city.
pub async fn app_in_sample_city() -> TestApp {
    let app = TestApp::start().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
    seed(&mut app.database.connect(), &CityFiles::read(&folder).unwrap()).unwrap();
    app.state.directory.refresh().await.unwrap();
    app
}
