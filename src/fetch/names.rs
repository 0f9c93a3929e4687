//! Names from elsewhere: which may become files, and which fit a pattern.

use crate::output::printable;

/// No file's name is longer, in bytes.
const LONGEST: usize = 200;

/// How the names of the cache's own files end.
const OWN: [&str; 3] = ["fetched.toml", ".part", ".part.toml"];

/// Names that Windows gives to devices, whatever their extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Why a name can't be a file of the cache, as a clause; none where it can.
///
/// It has to be one plain name on every system: no folder in it or above it, no device, nothing
/// hidden, nothing that a terminal obeys.
pub fn refused(name: &str) -> Option<&'static str> {
    let forbidden = |c: char| matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > LONGEST {
        Some("it is too long")
    } else if name.chars().any(forbidden) {
        Some("it has a character that no file's name should have")
    } else if printable(name) != name {
        Some("it has control characters")
    } else if name.starts_with('.') {
        Some("it begins with a dot")
    } else if name.ends_with('.') || name.trim() != name {
        Some("it ends with a dot, or has white space at an end")
    } else if OWN.iter().any(|own| name.to_lowercase().ends_with(own)) {
        Some("reemap's own files are called so")
    } else if is_device(name) {
        Some("Windows has a device of that name")
    } else {
        None
    }
}

/// Whether Windows takes a name for a device: `nul`, `COM1.zip`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let numbered = port.is_some_and(|rest| {
        let mut rest = rest.chars();
        rest.next().is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c))
            && rest.next().is_none()
    });
    numbered || DEVICES.contains(&stem.as_str())
}

/// Whether a name is fit for a dataset: lower-case letters, digits and hyphens.
pub fn is_plain(name: &str) -> bool {
    let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    refused(name).is_none() && !name.starts_with('-') && name.chars().all(fit)
}

/// Whether a name fits a pattern in which `*` stands for any text, letter case aside.
#[cfg(any(feature = "fetch", test))]
pub fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_become_files() {
        for good in
            ["CHN_GIS.gdb.zip", "Global REE (2018).xlsx", "矿产.zip", "com10.zip", "console"]
        {
            assert_eq!(refused(good), None, "{good}");
        }
        let long = "x".repeat(201);
        let bad = [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "/etc/passwd",
            "a\\b",
            "C:x",
            "x:stream",
            ".hidden",
            "nul",
            "NUL.zip",
            "com1",
            "Lpt9.tar.gz",
            "COM¹",
            "con .zip",
            "x.",
            "x ",
            " x",
            "a\nb",
            "a\0b",
            "a\u{202e}gpj",
            "\u{1b}[2J",
            "a*b",
            "x.part",
            "Fetched.toml",
            &long,
        ];
        for bad in bad {
            assert!(refused(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn datasets_have_plain_names() {
        assert!(is_plain("china-gis") && is_plain("x2"));
        for bad in ["", "China", "a/b", "..", "-x", "a_b", "nul", "com1"] {
            assert!(!is_plain(bad), "{bad}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text() {
        let name = "SI_CHN_GIS_Data-Level_Metadata.zip";
        for fit in ["*", "*.zip", "*metadata*.zip", "si_*", "SI_CHN*Level*.zip", name] {
            assert!(fits(fit, name), "{fit}");
        }
        for unfit in ["", "*.xml", "metadata*", "*metadata", "*level*level*", "SI_CHN", "*.zip.zip"]
        {
            assert!(!fits(unfit, name), "{unfit}");
        }
        // A piece serves once.
        assert!(!fits("aa*aa", "aaa") && fits("aa*aa", "aaaa"));
    }
}
