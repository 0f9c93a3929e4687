//! Values as cells: days as dates, 16 bytes as a GUID, singles without made-up digits.

use super::super::Cell;

/// Bytes up to this count are shown in hexadecimals; more are left out.
pub(super) const SHOWN: usize = 32;

/// Days from 30 December 1899, the format's day zero, to 1 January 1970.
const DAY_ZERO: f64 = 25_569.0;

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

/// A single as the shortest decimal that tells it from its neighbours, so that 0.1 stays 0.1.
pub(super) fn single(value: f32) -> Cell {
    if value.fract() == 0.0 && value.abs() < 16_777_216.0 {
        return real(value.into());
    }
    real(value.to_string().parse().unwrap_or_else(|_| value.into()))
}

/// A double; nothing where it is no number.
pub(super) fn real(value: f64) -> Cell {
    if value.is_nan() { Cell::Empty } else { Cell::Real(value) }
}

/// Days since day zero as a date, with the time where it is not midnight.
pub(super) fn date_time(days: f64) -> Cell {
    moment(days, |date, time| match time {
        0 => date,
        time => format!("{date}T{}", clock(time)),
    })
}

/// Days since day zero as a date.
pub(super) fn date(days: f64) -> Cell {
    moment(days, |date, _| date)
}

/// Days since day zero, by the clock at a place that is so many minutes before UTC.
pub(super) fn timestamp(days: f64, offset: i16) -> Cell {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    moment(days, |date, time| {
        format!("{date}T{}{sign}{:02}:{:02}", clock(time), minutes / 60, minutes % 60)
    })
}

/// A part of a day as the time on the clock.
pub(super) fn time(day: f64) -> Cell {
    match (day * DAY as f64).round() {
        time if (0.0..=DAY as f64).contains(&time) => Cell::Text(clock(time as i64)),
        _ => strange(day),
    }
}

/// What a count of days says, as a date and the milliseconds since its midnight.
fn moment(days: f64, told: impl Fn(String, i64) -> String) -> Cell {
    // Within this, years have four digits.
    if !(-693_593.0..2_958_466.0).contains(&days) {
        return strange(days);
    }
    let time = ((days - DAY_ZERO) * DAY as f64).round() as i64;
    let (year, month, day) = civil(time.div_euclid(DAY));
    Cell::Text(told(format!("{year:04}-{month:02}-{day:02}"), time.rem_euclid(DAY)))
}

/// A count of days that is no date is shown as it is.
fn strange(days: f64) -> Cell {
    match days.is_nan() {
        true => Cell::Empty,
        false => Cell::Text(format!("{days} days after 1899-12-30")),
    }
}

/// Milliseconds since midnight as hours, minutes, seconds, and what is left of a second.
fn clock(time: i64) -> String {
    let (seconds, rest) = (time / 1000, time % 1000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => clock,
        rest => format!("{clock}.{rest:03}"),
    }
}

/// Year, month and day of the Gregorian calendar, by days since 1 January 1970. Counted in years
/// that begin in March, so that the leap day is their last; 400 of them have 146 097 days.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

/// Sixteen bytes as a GUID, of which the first three groups have their lowest byte first.
pub(super) fn guid(bytes: &[u8]) -> String {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let mut text = String::with_capacity(38);
    text.push('{');
    for (place, index) in ORDER.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, bytes.get(index).copied().unwrap_or_default());
    }
    text.push('}');
    text
}

/// Bytes in hexadecimals where they are few; nothing where they are many or none.
pub(super) fn binary(bytes: &[u8]) -> Cell {
    if bytes.is_empty() || bytes.len() > SHOWN {
        return Cell::Empty;
    }
    let mut text = String::with_capacity(2 * bytes.len());
    bytes.iter().for_each(|byte| push_hex(&mut text, *byte));
    Cell::Text(text)
}

fn push_hex(text: &mut String, byte: u8) {
    for digit in [byte >> 4, byte & 15] {
        text.extend(char::from_digit(digit.into(), 16).map(|digit| digit.to_ascii_uppercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cell: Cell) -> String {
        cell.text().unwrap_or_default().into_owned()
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(text(date_time(0.0)), "1899-12-30");
        assert_eq!(text(date_time(25_569.0)), "1970-01-01");
        assert_eq!(text(date_time(36_585.5)), "2000-02-29T12:00:00");
        assert_eq!(text(date_time(45_000.123_456)), "2023-03-15T02:57:46.598");
        assert_eq!(text(date_time(-1.25)), "1899-12-28T18:00:00");
        assert_eq!(text(date(-693_593.0)), "0001-01-01");
        assert_eq!(text(date(2_958_465.0)), "9999-12-31");
        assert_eq!(text(date(1e300)), format!("{} days after 1899-12-30", 1e300));
        assert_eq!(date(f64::NAN), Cell::Empty);
        assert_eq!(text(time(0.75)), "18:00:00");
        assert_eq!(text(timestamp(25_569.25, -210)), "1970-01-01T06:00:00-03:30");
        assert_eq!(text(timestamp(25_569.25, 480)), "1970-01-01T06:00:00+08:00");
    }

    #[test]
    fn singles_gain_no_digits() {
        assert_eq!(single(0.1), Cell::Real(0.1));
        assert_eq!(single(-999.0), Cell::Real(-999.0));
        assert_eq!(single(16_777_217.0), Cell::Real(16_777_216.0));
        assert_eq!(single(f32::NAN), Cell::Empty);
        assert_eq!(single(3.4e38), Cell::Real(3.4e38));
    }

    #[test]
    fn guids_are_written_as_windows_writes_them() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(guid(&bytes), "{03020100-0504-0706-0809-0A0B0C0D0E0F}");
        assert_eq!(binary(&[0, 0xAB]), Cell::Text("00AB".into()));
        assert_eq!(binary(&[1; 33]), Cell::Empty);
    }
}
