//! `huiyin openapi`: prints the specification.

use std::io::Write;

use super::DONE;
use crate::app::openapi;

const EXAMPLES: &str = "\
Examples:
  huiyin openapi > api-spec/openapi.json";

/// Print the specification of the API (OpenAPI 3.1, JSON)
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Openapi {}

impl Openapi {
    pub(super) fn run(self) -> anyhow::Result<u8> {
        std::io::stdout().write_all(openapi::text()?.as_bytes())?;
        Ok(DONE)
    }
}
