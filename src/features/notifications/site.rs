//! The city as a mail speaks of it: its names, and the links into its pages.

use crate::platform::locale::Locale;
use crate::rules::texts::traditional;

/// What stands for the public number in the address of a page.
pub const REFERENCE: &str = "{reference}";

/// The city as a mail speaks of it.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Its name in Simplified Chinese.
    pub name: String,
    /// Its name in Traditional Chinese; empty: converted.
    pub name_zh_hant: String,
    /// Its name in English; empty: the Chinese one.
    pub name_en: String,
    /// Where citizens follow their letters.
    pub portal: Pages,
    /// Where staff work.
    pub desk: Pages,
}

/// A surface people open in a browser.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// Where it begins, without a slash at the end; empty: there is none, and no link either.
    pub url: String,
    /// The path of a ticket's page, with [`REFERENCE`] in it.
    pub ticket_path: String,
}

impl Site {
    /// Its name in this language.
    pub fn name(&self, locale: Locale) -> String {
        match locale {
            Locale::En if !self.name_en.is_empty() => self.name_en.clone(),
            Locale::ZhHant if !self.name_zh_hant.is_empty() => self.name_zh_hant.clone(),
            Locale::ZhHant => traditional(&self.name),
            Locale::ZhCn | Locale::En => self.name.clone(),
        }
    }
}

impl Pages {
    /// The page of this ticket, or the first page where no ticket is meant.
    pub fn link(&self, reference: Option<&str>) -> Option<String> {
        let path = reference.map(|reference| self.ticket_path.replace(REFERENCE, reference));
        (!self.url.is_empty())
            .then(|| format!("{}{}", self.url.trim_end_matches('/'), path.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_ticket_and_there_is_none_without_an_address() {
        let pages = Pages { url: "https://a.example/".into(), ticket_path: "/letters/{reference}".into() };
        assert_eq!(pages.link(Some("HY-1")).unwrap(), "https://a.example/letters/HY-1");
        assert_eq!(pages.link(None).unwrap(), "https://a.example");
        assert_eq!(Pages { url: String::new(), ..pages }.link(Some("HY-1")), None);
    }

    #[test]
    fn the_city_has_a_name_in_each_language() {
        let site = Site { name: "云溪市".into(), ..Site::default() };
        let names = |site: &Site| [Locale::ZhCn, Locale::ZhHant, Locale::En].map(|locale| site.name(locale));
        assert_eq!(names(&site), ["云溪市", "雲溪市", "云溪市"]);
        let site = Site { name_en: "Yunxi".into(), name_zh_hant: "雲谿市".into(), ..site };
        assert_eq!(names(&site), ["云溪市", "雲谿市", "Yunxi"]);
    }
}
