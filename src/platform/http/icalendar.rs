//! One event as an iCalendar file (RFC 5545), for the calendars of phones and desks. What the event is about, and that
//! nothing personal stands in it, is up to who makes it.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use chrono::{DateTime, NaiveDate, Utc};

/// The most octets of a line, without its end (RFC 5545 §3.1).
const LINE_OCTETS: usize = 75;

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTime {
    /// A whole day, wherever the reader is.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same whenever the same event is written.
    pub uid: String,
    /// When what it says was known.
    pub stamped_at: DateTime<Utc>,
    /// When it is.
    pub time: EventTime,
    /// Its title.
    pub summary: String,
    /// What else there is to know; lines are kept.
    pub description: String,
}

impl Event {
    /// The file: lines that end with CRLF, folded at 75 octets, never within a character.
    pub fn to_ics(&self) -> String {
        let mut file = String::new();
        for line in self.lines() {
            fold_onto(&mut file, &line);
        }
        file
    }

    /// 200 with the file, to be saved or opened under that name; for the caller alone.
    pub fn response(&self, file_name: &str) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{file_name}.ics\"")))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(self.to_ics())
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            concat!("PRODID:-//Huiyin//", env!("CARGO_PKG_VERSION"), "//ZH").to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(&self.uid)),
            format!("DTSTAMP:{}", utc(self.stamped_at)),
        ];
        lines.extend(self.time.lines());
        lines.extend([
            format!("SUMMARY:{}", escaped(&self.summary)),
            format!("DESCRIPTION:{}", escaped(&self.description)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ]);
        lines
    }
}

impl EventTime {
    fn lines(self) -> Vec<String> {
        match self {
            EventTime::Instant(at) => vec![format!("DTSTART:{}", utc(at))],
            EventTime::Day(day) => {
                let date = |day: NaiveDate| day.format("%Y%m%d").to_string();
                let mut lines = vec![format!("DTSTART;VALUE=DATE:{}", date(day))];
                lines.extend(day.succ_opt().map(|next| format!("DTEND;VALUE=DATE:{}", date(next))));
                lines
            }
        }
    }
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A value of type TEXT (RFC 5545 §3.3.11); control characters that no calendar shows are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// Adds a line; what does not fit goes on the next one, behind a space that counts.
fn fold_onto(file: &mut String, line: &str) {
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE_OCTETS {
            file.push_str("\r\n ");
            octets = 1;
        }
        file.push(character);
        octets += character.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: EventTime, description: &str) -> Event {
        Event {
            uid: "1@huiyin".to_owned(),
            stamped_at: "2026-09-18T01:02:03.5Z".parse().unwrap(),
            time,
            summary: "HY-2026-0918-00042-D；答复期限".to_owned(),
            description: description.to_owned(),
        }
    }

    /// A reader that knows nothing of the writer: unfolds, then splits names from values.
    fn unfolded(file: &str) -> Vec<(String, String)> {
        let whole = file.replace("\r\n ", "");
        let lines = whole.strip_suffix("\r\n").unwrap().split("\r\n");
        lines.map(|line| line.split_once(':').unwrap()).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn a_day_is_a_whole_day_and_ends_before_the_next() {
        let day = EventTime::Day("2026-12-31".parse().unwrap());
        let file = event(day, "x").to_ics();
        let lines = unfolded(&file);
        let value = |name: &str| lines.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        assert_eq!((lines[0].1.as_str(), lines.last().unwrap().1.as_str()), ("VCALENDAR", "VCALENDAR"));
        assert_eq!(value("DTSTART;VALUE=DATE"), Some("20261231"));
        assert_eq!(value("DTEND;VALUE=DATE"), Some("20270101"));
        assert_eq!((value("DTSTAMP"), value("UID")), (Some("20260918T010203Z"), Some("1@huiyin")));
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        let at = EventTime::Instant("2026-09-21T15:00:00+08:00".parse().unwrap());
        assert!(event(at, "x").to_ics().contains("\r\nDTSTART:20260921T070000Z\r\n"));
    }

    #[test]
    fn special_characters_are_escaped_and_control_characters_left_out() {
        let day = EventTime::Day("2026-12-31".parse().unwrap());
        let file = event(day, "a;b,c\\d\r\ne\u{7}f").to_ics();
        assert!(unfolded(&file).contains(&("DESCRIPTION".to_owned(), "a\\;b\\,c\\\\d\\nef".to_owned())));
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_character_is_cut() {
        let day = EventTime::Day("2026-12-31".parse().unwrap());
        for length in 0..200 {
            let text = format!("{}{}", "a".repeat(length % 7), "期限𠮷".repeat(length));
            let file = event(day, &text).to_ics();
            assert!(file.split("\r\n").all(|line| line.len() <= LINE_OCTETS), "{length}");
            assert!(!file.replace("\r\n", "").contains(['\r', '\n']));
            assert!(unfolded(&file).contains(&("DESCRIPTION".to_owned(), text)), "{length}");
        }
    }
}
