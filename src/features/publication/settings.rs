//! The section `publication`.

use serde::Deserialize;

use crate::rules::contact::Phone;
use crate::rules::personal_data::OfficialNumbers;

/// The section `publication`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicationSettings {
    /// Telephone numbers of offices: they are no personal data, wherever they stand.
    pub official_numbers: Vec<String>,
}

impl PublicationSettings {
    /// The numbers as they are looked for.
    pub fn official_numbers(&self) -> OfficialNumbers {
        OfficialNumbers::new(self.official_numbers.iter().map(String::as_str))
    }

    /// Those that are no telephone numbers.
    pub fn malformed_numbers(&self) -> Vec<&str> {
        let numbers = self.official_numbers.iter().map(String::as_str);
        numbers.filter(|number| Phone::try_from((*number).to_owned()).is_err()).collect()
    }
}
