//! Numbers and strings as JSON and CSV spell them, put straight into a buffer.

/// Puts a number as JSON: the shortest that reads back as the same, null where it is none.
pub fn real(number: f64, out: &mut Vec<u8>) {
    if number.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
    } else {
        out.extend_from_slice(b"null");
    }
}

/// Puts a whole number.
pub fn integer(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Puts degrees that were rounded to six decimals, as [`real`] would, only faster: their digits
/// are those of a whole number of millionths.
pub fn degrees(number: f64, out: &mut Vec<u8>) {
    let millionths = (number * 1e6).round();
    // Nine digits and a sign at most: whatever is no longitude goes the long way. So does what is
    // short enough to be spelt with an exponent.
    if !(10.0..=360e6).contains(&millionths.abs()) || millionths / 1e6 != number {
        return real(number, out);
    }
    let (whole, part) = (millionths.abs() as u32 / 1_000_000, millionths.abs() as u32 % 1_000_000);
    let mut text = *b"-000.000000";
    let digits = [100, 10, 1].map(|unit| b'0' + (whole / unit % 10) as u8);
    let decimals = [100_000, 10_000, 1000, 100, 10, 1].map(|unit| b'0' + (part / unit % 10) as u8);
    text[1..4].copy_from_slice(&digits);
    text[5..11].copy_from_slice(&decimals);
    let first = match whole {
        0..10 => 3,
        10..100 => 2,
        _ => 1,
    };
    let last = (7..=11).rev().find(|end| text[end - 1] != b'0').unwrap_or(6);
    if number < 0.0 {
        out.push(b'-');
    }
    out.extend_from_slice(&text[first..last]);
}

/// Puts a text as a JSON string, quotes included.
pub fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut done = 0;
    let mut at = 0;
    while at < bytes.len() {
        // Eight at a time, as long as none of them needs more than a copy.
        if let Some(eight) = bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok())
            && is_plain(u64::from_le_bytes(eight))
        {
            at += 8;
            continue;
        }
        let byte = bytes[at];
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            out.extend_from_slice(&bytes[done..at]);
            escape(byte, out);
            done = at + 1;
        }
        at += 1;
    }
    out.extend_from_slice(&bytes[done..]);
    out.push(b'"');
}

/// Whether none of eight bytes is a control character, a quote or a backslash.
fn is_plain(eight: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The high bit of a byte is set where it is below 0x20, or equal to the other.
    let below = eight.wrapping_sub(ONES * 0x20) & !eight;
    let equal = |byte: u8| {
        let zero = eight ^ (ONES * u64::from(byte));
        zero.wrapping_sub(ONES) & !zero
    };
    (below | equal(b'"') | equal(b'\\')) & HIGH == 0
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0C => b'f',
        b'\r' => b'r',
        _ => {
            const HEX: [u8; 16] = *b"0123456789abcdef";
            out.extend_from_slice(b"\\u00");
            return out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    };
    out.extend([b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelt(put: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        put(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn degrees_are_spelt_as_any_number() {
        let usual = [0.0, -0.0, 1.0, -7.0, 109.974_444, -0.000_001, 0.000_01, 0.000_009, 180.0];
        let more = [-179.999_999, 90.5, 12.345_678_9, 360.0, 361.0, 1e9, f64::NAN, -12.3, 0.1];
        for number in usual.into_iter().chain(more) {
            let expected = serde_json::to_string(&number).unwrap();
            assert_eq!(spelt(|out| degrees(number, out)), expected, "{number:?}");
        }
        // Every millionth of a stretch, and one in many of the rest.
        for millionths in (-20_000..20_000).chain((-180_000_000..180_000_000).step_by(9_973)) {
            let number = f64::from(millionths) / 1e6;
            let expected = serde_json::to_string(&number).unwrap();
            assert_eq!(spelt(|out| degrees(number, out)), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_and_number_are_as_serde_json_writes_them(
            text in ".*", raw in prop::collection::vec(any::<char>(), 0..40), number: f64,
        ) {
            let raw: String = raw.into_iter().collect();
            for text in [text, raw, "\u{0}\u{1f}\u{7f}\"\\/\u{8}\u{c}\n\r\t é".into()] {
                prop_assert_eq!(
                    spelt(|out| string(&text, out)),
                    serde_json::to_string(&text).unwrap()
                );
            }
            prop_assert_eq!(
                spelt(|out| real(number, out)),
                serde_json::to_string(&number).unwrap()
            );
        }
    }
}
