//! How files and users state a system: codes in their spellings, and WKT.

/// A system's name: that in a WKT, or the whole statement where it is no WKT.
pub fn name(text: &str) -> &str {
    quoted(text).next().unwrap_or(text)
}

/// Whether a text is a PROJ string.
pub(super) fn is_proj(text: &str) -> bool {
    text.starts_with("+proj=") || text.starts_with('+') && text.contains(" +proj=")
}

/// Whether a text is WKT: a keyword with something in brackets.
pub(super) fn is_wkt(text: &str) -> bool {
    let keyword = text.split(['[', '(']).next().unwrap_or_default().trim();
    let letters = keyword.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    !keyword.is_empty() && letters && text.ends_with([']', ')'])
}

/// Whether a text is the code of an authority, such as `ESRI:102025`.
#[cfg(feature = "proj")]
pub(super) fn is_code(text: &str) -> bool {
    text.split_once(':').is_some_and(|(authority, code)| {
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        plain(authority) && plain(code)
    })
}

/// Whether a text states longitude and latitude on WGS 84.
pub fn is_wgs84(text: &str) -> bool {
    code(text) == Some(4326)
}

/// The EPSG code of the geographic system within a WKT.
#[cfg(feature = "proj")]
pub(super) fn base_code(wkt: &str) -> Option<u32> {
    let upper = wkt.to_ascii_uppercase();
    let keywords = ["GEOGCS", "BASEGEOGCRS", "GEOGCRS", "GEODCRS"];
    let start = keywords.iter().filter_map(|keyword| upper.find(keyword)).min()?;
    wkt_code(wkt.get(start..)?.trim_start_matches("BASE"))
}

/// The authority that a code is of: EPSG's own end at 32767, and Esri's own lie above.
pub(super) fn authority_of(code: u32) -> &'static str {
    if code > 32_767 { "ESRI" } else { "EPSG" }
}

/// The code of EPSG or Esri that a statement of a system comes down to.
pub(super) fn code(text: &str) -> Option<u32> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    // CRS84 is WGS 84 with longitude first, which is how files hold it anyway.
    if lower.ends_with("crs84") || lower.ends_with("crs84h") {
        return Some(4326);
    }
    let of = |authority: &str| {
        lower.starts_with(&format!("{authority}:"))
            || lower.starts_with("urn:") && lower.contains(&format!(":{authority}:"))
            || lower.contains(&format!("/{authority}/"))
    };
    let is_name = of("epsg") || of("esri") || lower.contains("epsg.xml#");
    if is_name {
        return lower.rsplit([':', '/', '#']).next()?.parse().ok();
    }
    wkt_code(text)
}

pub(super) fn wkt_code(text: &str) -> Option<u32> {
    // Of a system with heights or a bound datum the horizontal part counts.
    let upper = text.to_ascii_uppercase();
    let start = ["PROJCS", "PROJCRS", "GEOGCS", "GEOGCRS", "GEODCRS"]
        .iter()
        .filter_map(|keyword| upper.find(keyword))
        .min()?;
    let text = text.get(start..)?;
    let projected = upper.get(start..)?.starts_with("PROJ");
    if let Some(code) = authority(text) {
        return Some(code);
    }
    let name: String = quoted(text)
        .next()?
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if projected {
        return projected_name(&name);
    }
    let lower = text.to_ascii_lowercase();
    let usual = |keyword: &str, value: &str| !lower.contains(keyword) || lower.contains(value);
    if !usual("unit", "degree") || !usual("primem", "greenwich") {
        return None;
    }
    match name.strip_prefix("gcs").unwrap_or(&name) {
        "wgs84" | "wgs1984" | "wgs84crs84" => Some(4326),
        "cgcs2000" | "chinageodeticcoordinatesystem2000" | "china2000" => Some(4490),
        "beijing1954" => Some(4214),
        "xian1980" => Some(4610),
        "northamerican1983" | "nad83" => Some(4269),
        "etrs1989" | "etrs89" => Some(4258),
        _ => None,
    }
}

fn projected_name(name: &str) -> Option<u32> {
    if let "wgs1984webmercatorauxiliarysphere" | "wgs84pseudomercator" | "wgs1984webmercator" = name
    {
        return Some(3857);
    }
    let zone =
        ["wgs1984utmzone", "wgs84utmzone"].iter().find_map(|prefix| name.strip_prefix(prefix))?;
    let (base, number) = match (zone.strip_suffix('n'), zone.strip_suffix('s')) {
        (Some(number), _) => (32600, number),
        (_, Some(number)) => (32700, number),
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    (1..=60).contains(&number).then_some(base + number)
}

/// The EPSG code that a WKT gives for itself, not for a part of it.
fn authority(wkt: &str) -> Option<u32> {
    let mut depth = 0_u32;
    let mut within = false;
    for (index, byte) in wkt.bytes().enumerate() {
        match byte {
            b'"' => within = !within,
            _ if within => {}
            b'[' | b'(' => {
                let keyword = wkt.get(..index)?.rsplit([',', '[', '(']).next()?.trim();
                let named = ["AUTHORITY", "ID"].iter().any(|id| keyword.eq_ignore_ascii_case(id));
                if depth == 1 && named {
                    let inside = wkt.get(index + 1..)?.split([']', ')']).next()?;
                    let (name, code) = inside.split_once(',')?;
                    let code = code.split(',').next()?.trim().trim_matches('"');
                    if name.trim().trim_matches('"').eq_ignore_ascii_case("EPSG") {
                        return code.parse().ok();
                    }
                }
                depth += 1;
            }
            b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The strings in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}
