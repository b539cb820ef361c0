//! Values to fill examples of notices with.

use chrono::NaiveDate;

use super::DepartmentName;

/// Makes an example that tells as little, or as much, as there can be.
pub(super) struct Example {
    /// Whether what may be absent is there.
    pub is_full: bool,
}

impl Example {
    /// What may be absent.
    pub fn perhaps<T>(&self, value: T) -> Option<T> {
        self.is_full.then_some(value)
    }

    /// A department, which may be absent.
    pub fn department(&self) -> Option<DepartmentName> {
        self.perhaps(DepartmentName { zh: "住建局".to_owned(), en: "Housing Office".to_owned() })
    }

    /// A body outside this system, with what must not become markup.
    pub fn outside_body(&self) -> String {
        "<b>邮政 & Post</b>".to_owned()
    }

    /// What a letter is about.
    pub fn title(&self) -> String {
        "路灯不亮".to_owned()
    }

    /// A public number.
    pub fn reference(&self) -> String {
        "HY-2026-0918-00042-7".to_owned()
    }

    /// A name to sign in with.
    pub fn username(&self) -> String {
        "zhang.wei.2026".to_owned()
    }

    /// Any day.
    pub fn day(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 18).unwrap_or_default()
    }
}
