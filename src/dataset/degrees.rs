//! Degrees as people write them: `24.5`, `24,5`, `24°53'03"N`, `N 24.5`.

/// Which coordinate a text gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// East and west.
    Longitude,
    /// North and south.
    Latitude,
}

impl Axis {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Longitude => "longitude",
            Axis::Latitude => "latitude",
        }
    }
}

/// How a text spells degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// A number, south and west negative.
    Plain,
    /// A number with a comma before its decimals.
    DecimalComma,
    /// With minutes, seconds or a letter for the hemisphere.
    Sexagesimal,
}

/// The marks that may follow degrees, minutes and seconds.
const MARKS: [&[&str]; 3] =
    [&["°", "º", "˚", ":"], &["'", "′", "’", "‘", ":"], &["\"", "″", "”", "“", "''", "′′", "’’"]];

/// Reads degrees. None for a text that is no coordinate, or could be more than one: degrees and
/// minutes need a degree sign or a letter, and the letter must be one of the axis.
pub fn read(text: &str, axis: Axis) -> Option<(f64, Spelling)> {
    let text = text.trim();
    let finite = |number: f64| number.is_finite().then_some(number);
    if let Some(number) = text.parse().ok().and_then(finite) {
        return Some((number, Spelling::Plain));
    }
    let text = text.replace('−', "-");
    let number = |text: &str| finite(text.trim_end_matches('°').trim_end().parse().ok()?);
    if let Some(number) = number(&text) {
        return Some((number, Spelling::Plain));
    }
    let text = decimal_point(&text)?;
    if let Some(number) = number(&text) {
        return Some((number, Spelling::DecimalComma));
    }
    let (text, west_or_south) = match hemisphere(&text) {
        Some((rest, letter)) => (rest, Some(is_negative(letter, axis)?)),
        None => (text.as_str(), None),
    };
    let (text, negative) = match (text.strip_prefix('-'), west_or_south) {
        (Some(rest), None) => (rest, true),
        (Some(_), Some(_)) => return None,
        (None, negative) => (text, negative.unwrap_or(false)),
    };
    if west_or_south.is_none() && !text.contains(['°', 'º', '˚']) {
        return None;
    }
    let degrees = finite(sexagesimal(text)?)?;
    Some((if negative { -degrees } else { degrees }, Spelling::Sexagesimal))
}

/// The text with a point for its one decimal comma; none where a comma can be something else.
fn decimal_point(text: &str) -> Option<String> {
    let Some((before, after)) = text.split_once(',') else { return Some(text.to_owned()) };
    let decimal = before.ends_with(|letter: char| letter.is_ascii_digit())
        && after.starts_with(|letter: char| letter.is_ascii_digit())
        && !text.contains('.')
        && !after.contains(',');
    decimal.then(|| format!("{before}.{after}"))
}

/// The text without the letter of its hemisphere, and that letter.
fn hemisphere(text: &str) -> Option<(&str, char)> {
    let is_letter = |letter: &char| "NSEWnsew".contains(*letter);
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    if is_letter(&first) {
        Some((text.get(1..)?.trim(), first))
    } else if is_letter(&last) {
        Some((text.get(..text.len() - 1)?.trim(), last))
    } else {
        None
    }
}

/// Whether a letter makes degrees negative; none for one of the other axis.
fn is_negative(letter: char, axis: Axis) -> Option<bool> {
    match (letter.to_ascii_uppercase(), axis) {
        ('N', Axis::Latitude) | ('E', Axis::Longitude) => Some(false),
        ('S', Axis::Latitude) | ('W', Axis::Longitude) => Some(true),
        _ => None,
    }
}

/// Degrees, then minutes, then seconds, each with or without its mark; only the last has decimals.
fn sexagesimal(text: &str) -> Option<f64> {
    let (mut rest, mut degrees, mut unit, mut whole) = (text, 0.0, 1.0, true);
    for marks in MARKS {
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let (digits, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let number: f64 = digits.parse().ok()?;
        if !whole || (unit > 1.0 && number >= 60.0) {
            return None;
        }
        whole = !digits.contains('.');
        degrees += number / unit;
        unit *= 60.0;
        let tail = tail.trim_start();
        // The longest mark first: two primes are one mark of seconds.
        let mark = marks.iter().rev().find_map(|mark| tail.strip_prefix(mark));
        rest = mark.unwrap_or(tail).trim_start();
    }
    rest.is_empty().then_some(degrees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_ways_to_write_degrees_are_read() {
        use Axis::{Latitude, Longitude};
        for (text, axis, value, spelling) in [
            ("24.5", Latitude, 24.5, Spelling::Plain),
            ("−24.5°", Latitude, -24.5, Spelling::Plain),
            ("24,5", Latitude, 24.5, Spelling::DecimalComma),
            ("-115,712", Longitude, -115.712, Spelling::DecimalComma),
            ("115°42'12\"E", Longitude, 115.703_333_333, Spelling::Sexagesimal),
            ("115° 42′ 12,6″ W", Longitude, -115.7035, Spelling::Sexagesimal),
            ("24 53 03 N", Latitude, 24.884_166_667, Spelling::Sexagesimal),
            ("24:53:03s", Latitude, -24.884_166_667, Spelling::Sexagesimal),
            ("24°53'03''", Latitude, 24.884_166_667, Spelling::Sexagesimal),
            ("-24°30'", Latitude, -24.5, Spelling::Sexagesimal),
            ("N24.5", Latitude, 24.5, Spelling::Sexagesimal),
            ("24.5° S", Latitude, -24.5, Spelling::Sexagesimal),
        ] {
            let (found, how) = read(text, axis).unwrap_or_else(|| panic!("{text}"));
            assert!((found - value).abs() < 1e-8, "{text}: {found}");
            assert_eq!(how, spelling, "{text}");
        }
    }

    #[test]
    fn what_is_no_coordinate_or_could_be_another_is_refused() {
        for text in [
            "abc",
            "n/a",
            "E",
            "°",
            "nan",
            "inf",
            "24 53 03",
            "24,5,3",
            "24,5.3",
            "1.234,5",
            "24, 53",
            "24°61'N",
            "24°42''N",
            "24.5°30'N",
            "24 53 03 20 N",
            "-24 N",
            "115 E",
            "N 24 N",
            "24°N 115°E",
        ] {
            assert_eq!(read(text, Axis::Latitude), None, "{text}");
        }
    }
}
