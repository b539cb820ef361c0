//! The grounds on which a matter waits for a court or another authority, each with the text it rests on.

use crate::rules::time_limits::LegalSource;

text_enum! {
    /// Why a matter is on legal hold.
    pub enum LegalGround {
        /// 诉讼: it is before a court.
        Litigation = "litigation",
        /// 行政复议: its review by a higher authority was applied for.
        AdministrativeReview = "administrative_review",
        /// 纪检监察、司法或审计程序: an authority that goes before investigates it.
        JudicialOrAuditProceeding = "judicial_or_audit_proceeding",
    }
}

impl LegalGround {
    /// The text the hold rests on. None has been compared with the matter at hand.
    pub fn source(self) -> LegalSource {
        let (title, dated) = match self {
            LegalGround::Litigation => ("《中华人民共和国行政诉讼法》", "2017"),
            LegalGround::AdministrativeReview => ("《中华人民共和国行政复议法》", "2023"),
            LegalGround::JudicialOrAuditProceeding => ("《信访工作条例》", "2022"),
        };
        LegalSource { title: title.to_owned(), article: None, dated: Some(dated.to_owned()), verified: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ground_names_a_text_and_none_claims_to_be_verified() {
        for ground in LegalGround::ALL {
            let source = ground.source();
            assert!(source.title.starts_with('《') && !source.verified, "{ground}");
        }
    }
}
