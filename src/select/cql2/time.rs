//! Dates and times, each as the span that it names: `2019` is a year long, `2019-05-04` a day.

use super::expression::Operator;

/// From a moment up to another that is left out, in microseconds since 1970 by UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The first moment; the least number where it has no start.
    pub start: i64,
    /// The moment after the last; the greatest number where it has no end.
    pub end: i64,
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

impl Span {
    /// The span of an ISO 8601 date or time: `2019`, `2019-05`, `2019-05-04`,
    /// `2019-05-04T12:30:00.5Z`, also with a blank for the T. A time without a zone is UTC.
    pub fn of(text: &str) -> Option<Span> {
        let text = text.trim();
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|month| digits(month, 2));
        let day = parts.next().map(|day| digits(day, 2));
        if parts.next().is_some() {
            return None;
        }
        let span = match (month, day) {
            (None, _) => Span::year(year)?,
            (Some(month), None) => month_of(year, month?)?,
            (Some(month), Some(day)) => {
                let (month, day) = (month_of(year, month?)?, day?);
                let start = month.start + (day - 1) * DAY;
                (day >= 1 && start < month.end).then_some(Span { start, end: start + DAY })?
            }
        };
        match time {
            None => Some(span),
            Some(_) if day.is_none() => None,
            Some(time) => within_day(time).map(|(time, length)| {
                let start = span.start + time;
                Span { start, end: start + length }
            }),
        }
    }

    /// A year from 0 to 9999.
    pub fn year(year: i64) -> Option<Span> {
        let is_year = (0..=9999).contains(&year);
        is_year.then(|| Span { start: days(year, 1) * DAY, end: days(year + 1, 1) * DAY })
    }

    /// How it compares to another: true or false where that holds for each moment of it, equal
    /// where it lies within the other; none where it is too coarse to tell.
    pub fn compare(self, operator: Operator, other: Span) -> Option<bool> {
        let tell = |yes: bool, no: bool| (yes || no).then_some(yes);
        match operator {
            Operator::Less => tell(self.end <= other.start, self.start >= other.start),
            Operator::Greater => tell(self.start >= other.end, self.end <= other.end),
            Operator::Equal => tell(
                other.start <= self.start && self.end <= other.end,
                self.end <= other.start || self.start >= other.end,
            ),
            Operator::LessOrEqual => self.compare(Operator::Greater, other).map(|it| !it),
            Operator::GreaterOrEqual => self.compare(Operator::Less, other).map(|it| !it),
            Operator::Unequal => self.compare(Operator::Equal, other).map(|it| !it),
        }
    }

    /// Whether it stands to another as a function of the standard says.
    pub fn stands(self, relation: Relation, other: Span) -> bool {
        let (a, b) = (self, other);
        match relation {
            Relation::After => a.start >= b.end,
            Relation::Before => a.end <= b.start,
            Relation::Contains => a.start < b.start && b.end < a.end,
            Relation::Disjoint => a.start >= b.end || a.end <= b.start,
            Relation::During => b.start < a.start && a.end < b.end,
            Relation::Equals => a == b,
            Relation::FinishedBy => a.start < b.start && a.end == b.end,
            Relation::Finishes => b.start < a.start && a.end == b.end,
            Relation::Intersects => a.start < b.end && b.start < a.end,
            Relation::Meets => a.end == b.start,
            Relation::MetBy => b.end == a.start,
            Relation::OverlappedBy => b.start < a.start && a.start < b.end && b.end < a.end,
            Relation::Overlaps => a.start < b.start && b.start < a.end && a.end < b.end,
            Relation::StartedBy => a.start == b.start && b.end < a.end,
            Relation::Starts => a.start == b.start && a.end < b.end,
        }
    }
}

/// How spans stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

impl Relation {
    /// The functions of the standard.
    pub const FUNCTIONS: [(&'static str, Relation); 15] = [
        ("T_AFTER", Relation::After),
        ("T_BEFORE", Relation::Before),
        ("T_CONTAINS", Relation::Contains),
        ("T_DISJOINT", Relation::Disjoint),
        ("T_DURING", Relation::During),
        ("T_EQUALS", Relation::Equals),
        ("T_FINISHEDBY", Relation::FinishedBy),
        ("T_FINISHES", Relation::Finishes),
        ("T_INTERSECTS", Relation::Intersects),
        ("T_MEETS", Relation::Meets),
        ("T_METBY", Relation::MetBy),
        ("T_OVERLAPPEDBY", Relation::OverlappedBy),
        ("T_OVERLAPS", Relation::Overlaps),
        ("T_STARTEDBY", Relation::StartedBy),
        ("T_STARTS", Relation::Starts),
    ];
}

/// A number of so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Days from 1970 to the first of a month (the calendar from March on, in which leap days come
/// last).
fn days(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn month_of(year: i64, month: i64) -> Option<Span> {
    let next = if month == 12 { days(year + 1, 1) } else { days(year, month + 1) };
    let is_month = (1..=12).contains(&month);
    is_month.then(|| Span { start: days(year, month) * DAY, end: next * DAY })
}

/// Microseconds from midnight by UTC, and how long the named moment is: a minute, a second, or
/// what its decimals say.
fn within_day(time: &str) -> Option<(i64, i64)> {
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, "Z"),
    };
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let minutes = digits(hours, 2)? * 60 + digits(minutes, 2)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let mut parts = clock.splitn(3, ':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (seconds, rest, length) = match parts.next() {
        None => (0, 0, 60 * SECOND),
        Some(seconds) => match seconds.split_once('.') {
            None => (digits(seconds, 2)?, 0, SECOND),
            Some((whole, decimals)) => {
                let count = decimals.len().min(6);
                let all = digits(decimals.get(..count)?, count)?;
                decimals.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
                let unit = 10_i64.pow(u32::try_from(6 - count).ok()?);
                (count > 0).then_some((digits(whole, 2)?, all * unit, unit))?
            }
        },
    };
    let is_time = hours < 24 && minutes < 60 && seconds <= 60;
    let seconds = (hours * 60 + minutes - offset) * 60 + seconds;
    is_time.then_some((seconds * SECOND + rest, length))
}

#[cfg(test)]
mod tests {
    use super::{DAY, Span};

    #[test]
    fn a_date_is_as_long_as_it_says() {
        let day = Span::of("1970-01-02").unwrap();
        assert_eq!((day.start, day.end), (DAY, 2 * DAY));
        let month = Span::of("2020-02").unwrap();
        assert_eq!(month.end - month.start, 29 * DAY);
        assert_eq!(Span::of("1900-02").unwrap().end, Span::of("1900-03-01").unwrap().start);
        let year = Span::of("2000").unwrap();
        assert_eq!(year.end - year.start, 366 * DAY);
        assert_eq!(Span::of("2000-02-29T12:00"), Span::of("2000-02-29 13:00+01:00"));
        let second = Span::of("2012-08-10T05:30:00Z").unwrap();
        assert_eq!(second.start, 1_344_576_600_000_000);
        assert_eq!(Span::of("2012-08-10T05:30:00.25Z").unwrap().start, second.start + 250_000);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "20",
            "20199",
            "2019-13",
            "2019-00",
            "2019-2",
            "2019-02-29",
            "2019-02-00",
            "2019-02-01T",
            "2019-02T10:00",
            "2019-02-01T24:00",
            "2019-02-01T10",
            "x",
            "2019-02-01-1",
            "2019-02-01T10:00:00.",
            "2019-02-01T10:00:00.5x",
            "2019-02-01T10:00+1",
            "+2019",
            "２０１９",
        ] {
            assert_eq!(Span::of(text), None, "{text}");
        }
    }
}
