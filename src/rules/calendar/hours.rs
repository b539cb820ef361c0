//! Opening hours, and open time counted in closed form: a prefix sum over the days of the official span, the week's
//! total outside it, and a short list of the days on which a clock change falls into the hours.
//!
//! A span lasts as long as really passes between its local ends, so that on the day of a clock change an hour may be
//! missing or there twice. Time is counted in whole seconds.

use std::ops::ControlFlow;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use serde::Deserialize;

use super::{Calendar, CalendarError, DayKind, OfficialDay, days_from};

/// Where in [`Hours::spans`] the days off by a notice stand, after Monday to Sunday.
const HOLIDAY: usize = 7;

/// The last minute of a day, as an end.
const DAY_MINUTES: u32 = 24 * 60;

/// Clock changes are looked for so many years around the official span; past them every day is as long as the others.
const CLOCK_CHANGE_YEARS: i32 = 100;

/// From one local time to another on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Span {
    opens: u32,
    closes: u32,
}

impl TryFrom<String> for Span {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const SHAPE: &str = "must be two local times such as 09:00-12:00, the later one at most 24:00";
        let (opens, closes) = text.split_once('-').ok_or(SHAPE)?;
        let span = Span { opens: minute(opens).ok_or(SHAPE)?, closes: minute(closes).ok_or(SHAPE)? };
        if span.opens < span.closes { Ok(span) } else { Err("must not end before it begins") }
    }
}

fn minute(text: &str) -> Option<u32> {
    if text == "24:00" {
        return Some(DAY_MINUTES);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(chrono::Timelike::num_seconds_from_midnight(&time) / 60)
}

/// The `[hours]` table of a calendar document; days that are not named are closed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HoursTable {
    #[serde(default)]
    monday: Vec<Span>,
    #[serde(default)]
    tuesday: Vec<Span>,
    #[serde(default)]
    wednesday: Vec<Span>,
    #[serde(default)]
    thursday: Vec<Span>,
    #[serde(default)]
    friday: Vec<Span>,
    #[serde(default)]
    saturday: Vec<Span>,
    #[serde(default)]
    sunday: Vec<Span>,
    #[serde(default)]
    holiday: Vec<Span>,
    make_up: Weekday,
}

/// When each sort of day is open.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hours {
    /// Monday to Sunday as the week has them, then days off by a notice.
    spans: [Vec<Span>; 8],
    /// The weekday whose hours a make-up day keeps.
    make_up: Weekday,
    is_given: bool,
}

impl Hours {
    /// What a calendar without an `[hours]` table has: working days are open from midnight to midnight.
    pub(super) fn around_the_clock() -> Hours {
        let open = || vec![Span { opens: 0, closes: DAY_MINUTES }];
        let spans = [open(), open(), open(), open(), open(), Vec::new(), Vec::new(), Vec::new()];
        Hours { spans, make_up: Weekday::Mon, is_given: false }
    }

    fn spans(&self, kind: DayKind, weekday: Weekday) -> &[Span] {
        let sort = match kind {
            DayKind::Weekday | DayKind::Weekend => weekday.num_days_from_monday() as usize,
            DayKind::MakeUp => self.make_up.num_days_from_monday() as usize,
            DayKind::Holiday => HOLIDAY,
        };
        self.spans.get(sort).map_or(&[], Vec::as_slice)
    }

    /// How long a day is open when no clock changes on it.
    fn usual_seconds(&self, kind: DayKind, weekday: Weekday) -> i64 {
        self.spans(kind, weekday).iter().map(|span| i64::from(span.closes - span.opens) * 60).sum()
    }

    /// Seconds open from Monday until the end of each day of an ordinary week, with a zero in front.
    fn week(&self) -> [i64; 8] {
        let mut open = [0; 8];
        let mut sum = 0;
        for (total, spans) in open.iter_mut().skip(1).zip(&self.spans) {
            sum += spans.iter().map(|span| i64::from(span.closes - span.opens) * 60).sum::<i64>();
            *total = sum;
        }
        open
    }
}

impl Default for Hours {
    fn default() -> Self {
        Hours::around_the_clock()
    }
}

impl TryFrom<HoursTable> for Hours {
    type Error = CalendarError;

    fn try_from(table: HoursTable) -> Result<Self, Self::Error> {
        let HoursTable { monday, tuesday, wednesday, thursday, friday, saturday, sunday, holiday, make_up } =
            table;
        let named = [
            ("monday", &monday),
            ("tuesday", &tuesday),
            ("wednesday", &wednesday),
            ("thursday", &thursday),
            ("friday", &friday),
            ("saturday", &saturday),
            ("sunday", &sunday),
            ("holiday", &holiday),
        ];
        for (days, spans) in named {
            if !spans.iter().zip(spans.iter().skip(1)).all(|(before, after)| before.closes <= after.opens) {
                return Err(CalendarError::Hours { days, reason: "the spans must follow one another" });
            }
        }
        if named.iter().take(HOLIDAY).all(|(_, spans)| spans.is_empty()) {
            return Err(CalendarError::Hours { days: "monday to sunday", reason: "the week never opens" });
        }
        let spans = [monday, tuesday, wednesday, thursday, friday, saturday, sunday, holiday];
        Ok(Hours { spans, make_up, is_given: true })
    }
}

/// Open time, summed up once when a calendar is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct OpenTime {
    hours: Hours,
    /// Seconds open from the first day of the official span until the end of each of its days.
    official: Vec<i64>,
    /// Seconds open until the end of each day of an ordinary week.
    week: [i64; 8],
    /// What clock changes add to all sums from that day on.
    changes: Vec<(NaiveDate, i64)>,
}

impl OpenTime {
    /// Seconds that ordinary weeks are open until the end of a day, given as days from the year 1.
    fn weekly(&self, days: i64) -> i64 {
        let week = self.week.last().copied().unwrap_or_default();
        let begun = usize::try_from(days.rem_euclid(7)).ok().and_then(|day| self.week.get(day));
        days.div_euclid(7) * week + begun.copied().unwrap_or_default()
    }

    fn changed(&self, day: NaiveDate) -> i64 {
        let passed = self.changes.partition_point(|(on, _)| *on <= day);
        passed.checked_sub(1).and_then(|last| self.changes.get(last)).map_or(0, |(_, seconds)| *seconds)
    }
}

impl Calendar {
    /// Whether the calendar says when its days are open. One that does not is open around the clock on working days.
    pub fn has_hours(&self) -> bool {
        self.open_time.hours.is_given
    }

    /// Whether both calendars open and close alike on days of the same sort.
    pub fn keeps_hours_of(&self, other: &Calendar) -> bool {
        self.open_time.hours == other.open_time.hours
    }

    /// When a day's last opening span ends; the end of the day when it has none.
    pub fn close_of_business(&self, day: NaiveDate) -> DateTime<Utc> {
        self.spans(day).last().map_or_else(|| self.end_of_day(day), |(_, closes)| closes)
    }

    /// Whole seconds open from the beginning of the official span to an instant; negative before it.
    pub fn open_seconds(&self, at: DateTime<Utc>) -> i64 {
        let day = self.local_day(at);
        let today: i64 = self.spans(day).map(|(opens, closes)| seconds(opens, at.min(closes)).max(0)).sum();
        self.opened_before(day).saturating_add(today)
    }

    /// Whole minutes open between two instants; negative when `to` is the earlier one.
    pub fn working_minutes_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.open_seconds(to).saturating_sub(self.open_seconds(from)) / 60
    }

    /// The instant that lies so many open minutes after another, or before it when they are negative. Where several do,
    /// because nothing is open between them, it is the one nearest to `at`: minutes that end at closing time end there,
    /// and not when the next day opens.
    pub fn add_working_minutes(&self, at: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        self.add_open_seconds(at, minutes.saturating_mul(60))
    }

    /// The same in seconds.
    pub fn add_open_seconds(&self, at: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
        let wanted = self.open_seconds(at).saturating_add(seconds);
        match seconds.signum() {
            1 => self.first_instant_with(wanted).max(at),
            -1 => self.last_instant_with(wanted).min(at),
            _ => at,
        }
    }

    pub(super) fn opened(mut self, hours: Hours) -> Calendar {
        let mut sum = 0;
        let official = days_from(self.first_day, self.last_official_day).zip(&self.days);
        let official = official.map(|(day, OfficialDay { kind, .. })| {
            sum += hours.usual_seconds(*kind, day.weekday());
            sum
        });
        let (official, week) = (official.collect(), hours.week());
        self.open_time = OpenTime { hours, official, week, changes: Vec::new() };
        self.open_time.changes = self.clock_changes();
        self
    }

    /// The days on which a clock change falls into the hours, with the sum of what was won or lost so far. Only the weeks
    /// at whose ends the clocks differ are looked at day by day.
    fn clock_changes(&self) -> Vec<(NaiveDate, i64)> {
        let edge = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(self.first_day);
        let last = edge(self.last_official_day.year().saturating_add(CLOCK_CHANGE_YEARS));
        let first = edge(self.first_day.year().saturating_sub(CLOCK_CHANGE_YEARS));
        let next_week = |day: &NaiveDate| day.checked_add_days(Days::new(7));
        let weeks = std::iter::successors(Some(first), next_week).take_while(|week| *week < last);
        let mut before = self.ahead_of_utc(first);
        let changing = weeks.filter_map(|week| {
            let next = next_week(&week)?;
            let after = self.ahead_of_utc(next);
            (std::mem::replace(&mut before, after) != after).then_some((week, next))
        });
        let mut sum = 0;
        let days = changing.flat_map(|(week, next)| days_from(week, next.pred_opt().unwrap_or(week)));
        let changes = days.filter_map(|day| {
            let change = self.change_on(day);
            sum += change;
            (change != 0).then_some((day, sum))
        });
        changes.collect()
    }

    /// How many seconds local midnight of a day comes before that of UTC.
    fn ahead_of_utc(&self, day: NaiveDate) -> i64 {
        seconds(self.at(day, NaiveTime::MIN), day.and_time(NaiveTime::MIN).and_utc())
    }

    fn change_on(&self, day: NaiveDate) -> i64 {
        let open: i64 = self.spans(day).map(|(opens, closes)| seconds(opens, closes)).sum();
        open - self.open_time.hours.usual_seconds(self.kind(day), day.weekday())
    }

    /// A day's opening spans as instants, in their order.
    fn spans(&self, day: NaiveDate) -> impl DoubleEndedIterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let spans = self.open_time.hours.spans(self.kind(day), day.weekday());
        spans.iter().map(move |span| (self.at_minute(day, span.opens), self.at_minute(day, span.closes)))
    }

    fn at_minute(&self, day: NaiveDate, minute: u32) -> DateTime<Utc> {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0);
        time.map_or_else(|| self.end_of_day(day), |time| self.at(day, time))
    }

    /// Seconds open until the end of a day, from the beginning of the official span.
    fn opened_by(&self, day: NaiveDate) -> i64 {
        let open = &self.open_time;
        let usual = match self.offset(day).and_then(|offset| open.official.get(offset)) {
            Some(sum) => *sum,
            None if day < self.first_day => {
                open.weekly(number(day)) - open.weekly(number(self.first_day) - 1)
            }
            None => {
                let official = open.official.last().copied().unwrap_or_default();
                official + open.weekly(number(day)) - open.weekly(number(self.last_official_day))
            }
        };
        usual + open.changed(day)
    }

    fn opened_before(&self, day: NaiveDate) -> i64 {
        day.pred_opt().map_or_else(|| self.opened_by(day), |before| self.opened_by(before))
    }

    /// The first instant by which so many seconds were open.
    fn first_instant_with(&self, wanted: i64) -> DateTime<Utc> {
        let day = self.first_day_by_which(|opened| opened >= wanted);
        self.instant_on(day, wanted, |left, length| left <= length)
    }

    /// The last instant by which no more than so many seconds were open.
    fn last_instant_with(&self, wanted: i64) -> DateTime<Utc> {
        let day = self.first_day_by_which(|opened| opened > wanted);
        self.instant_on(day, wanted, |left, length| left < length)
    }

    fn instant_on(&self, day: NaiveDate, wanted: i64, fits: impl Fn(i64, i64) -> bool) -> DateTime<Utc> {
        let left = wanted.saturating_sub(self.opened_before(day));
        let found = self.spans(day).try_fold(left, |left, (opens, closes)| {
            let length = seconds(opens, closes);
            if fits(left, length) {
                return ControlFlow::Break(
                    TimeDelta::try_seconds(left).and_then(|left| opens.checked_add_signed(left)),
                );
            }
            ControlFlow::Continue(left - length)
        });
        // Only past the ends of what a date can hold there is no such span.
        found.break_value().flatten().unwrap_or_else(|| self.end_of_day(day))
    }

    /// Halves the days there are until one is left: sums never fall from one day to the next.
    fn first_day_by_which(&self, is_reached: impl Fn(i64) -> bool) -> NaiveDate {
        let (mut low, mut high) = (NaiveDate::MIN.num_days_from_ce(), NaiveDate::MAX.num_days_from_ce());
        while low < high {
            let middle = low + (high - low) / 2;
            let day = NaiveDate::from_num_days_from_ce_opt(middle).unwrap_or(NaiveDate::MAX);
            if is_reached(self.opened_by(day)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        NaiveDate::from_num_days_from_ce_opt(low).unwrap_or(NaiveDate::MAX)
    }
}

fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    to.signed_duration_since(from).num_seconds()
}

fn number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}
