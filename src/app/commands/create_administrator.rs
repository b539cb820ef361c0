//! `huiyin create-administrator`: the one way to the first account. Nobody has one by default.

use diesel::Connection;

use super::DONE;
use crate::app::settings::Settings;
use crate::features::accounts::{Username, create_administrator};
use crate::platform::clock::{Clock, SystemClock};
use crate::platform::config::Sources;
use crate::platform::db;

const EXAMPLES: &str = "\
Examples:
  huiyin create-administrator --username admin.wang --config /etc/huiyin.toml

Prints a one-time code that ends after 24 hours. Its owner sets a password with it:
  curl https://your.city/v1/auth/activate -H 'Content-Type: application/json' \\
       -d '{\"username\":\"admin.wang\",\"code\":\"…\",\"password\":\"…\"}'
For an administrator who exists already it prints a new code, which also helps when the password is lost.";

/// Make a system administrator, or a new code for one
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CreateAdministrator {
    /// The name to sign in with: 3 to 32 of a-z, 0-9, dot, dash and underscore
    #[arg(long)]
    username: Username,
}

impl CreateAdministrator {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        let mut conn = db::connect_migrated(&settings.database.pool().url)?;
        let now = SystemClock.now();
        let locale = settings.city.locale;
        let code = conn.transaction(|conn| create_administrator(conn, &self.username, locale, now))?;
        eprintln!(
            "One-time code of {} (good until {}, shown this once):",
            self.username.as_str(),
            code.expires_at
        );
        println!("{}", code.code.expose());
        Ok(DONE)
    }
}
