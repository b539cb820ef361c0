//! The city: how it is called, where its pages are, and words of its own.

use std::io::ErrorKind;
use std::path::Path;

use super::CitySettings;
use super::hosts::host;
use crate::features::notifications::{Pages, REFERENCE, Site};
use crate::platform::config::ConfigProblem;
use crate::rules::texts::{Catalogue, Language, Replacement};

impl CitySettings {
    /// The city as mails speak of it.
    pub fn site(&self) -> Site {
        let pages = |url: &String, path: &String| Pages { url: url.clone(), ticket_path: path.clone() };
        Site {
            name: self.name.clone(),
            name_zh_hant: self.name_zh_hant.clone(),
            name_en: self.name_en.clone(),
            portal: pages(&self.portal_url, &self.portal_ticket_path),
            desk: pages(&self.desk_url, &self.desk_ticket_path),
        }
    }

    /// Lets the city's own words be said from now on. Once, before anything is said.
    pub fn install_texts(&self) {
        // Words that cannot be read were refused with the settings.
        let replacements = self.replacements().unwrap_or_default();
        if !replacements.is_empty() {
            Catalogue::with(replacements).install();
        }
    }

    /// What is wrong with the addresses of pages and with the city's own words.
    pub(super) fn page_and_text_problems(&self) -> Vec<ConfigProblem> {
        let urls = [("city.portal_url", &self.portal_url), ("city.desk_url", &self.desk_url)];
        let wrong_urls =
            urls.into_iter().filter(|(_, url)| !url.is_empty() && !is_base(url)).map(|(key, _)| {
                ConfigProblem::new(key, "must be an address such as https://letters.example.gov.cn, or empty")
            });
        let paths = [
            ("city.portal_ticket_path", &self.portal_ticket_path),
            ("city.desk_ticket_path", &self.desk_ticket_path),
        ];
        let wrong_paths = paths.into_iter().filter(|(_, path)| !is_template(path)).map(|(key, _)| {
            ConfigProblem::new(key, "must begin with / and hold {reference}, such as /letters/{reference}")
        });
        let texts = self.replacements().err().unwrap_or_default();
        wrong_urls.chain(wrong_paths).chain(texts).collect()
    }

    fn replacements(&self) -> Result<Vec<Replacement>, Vec<ConfigProblem>> {
        let Some(folder) = &self.texts_folder else { return Ok(Vec::new()) };
        let files = [(Language::Chinese, "zh-CN.ftl"), (Language::English, "en.ftl")];
        let (mut replacements, mut problems) = (Vec::new(), Vec::new());
        for (language, file) in files {
            match replacement(language, &folder.join(file)) {
                Ok(read) => replacements.extend(read),
                Err(faults) => problems.extend(
                    faults
                        .into_iter()
                        .map(|fault| ConfigProblem::new("city.texts_folder", format!("{file}: {fault}"))),
                ),
            }
        }
        if problems.is_empty() && replacements.is_empty() {
            problems.push(ConfigProblem::new("city.texts_folder", "holds neither zh-CN.ftl nor en.ftl"));
        }
        if problems.is_empty() { Ok(replacements) } else { Err(problems) }
    }
}

/// The words of a file; `None`: there is no such file.
fn replacement(language: Language, file: &Path) -> Result<Option<Replacement>, Vec<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Replacement::parse(language, text).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(vec![format!("cannot be read: {error}")]),
    }
}

fn is_base(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && !host(url).is_empty()
        && !url.contains(['?', '#'])
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn is_template(path: &str) -> bool {
    path.starts_with('/') && path.contains(REFERENCE)
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{keys, sources_with};

    #[test]
    fn pages_are_addresses_and_their_paths_name_the_ticket() {
        let sources = sources_with(&[
            ("city.portal_url", "letters.example"),
            ("city.desk_url", "https://desk.example/desk"),
            ("city.desk_ticket_path", "/tickets"),
        ]);
        assert_eq!(keys(&sources), ["city.portal_url", "city.desk_ticket_path"]);
    }

    #[test]
    fn the_citys_own_words_are_read_before_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let sources = || sources_with(&[("city.texts_folder", folder.path().to_str().unwrap())]);
        assert_eq!(keys(&sources()), ["city.texts_folder"], "there is nothing");
        std::fs::write(folder.path().join("en.ftl"), "mail-greeting = Dear citizen,\n").unwrap();
        assert!(keys(&sources()).is_empty());
        std::fs::write(folder.path().join("en.ftl"), "mail-greetings = Dear citizen,\n").unwrap();
        assert_eq!(keys(&sources()), ["city.texts_folder"]);
    }
}
