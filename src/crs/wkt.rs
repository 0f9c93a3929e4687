//! Projected coordinate systems, from the WKT that Esri and OGC write to what PROJ is told.
//!
//! Of WKT only the first version is read, which geodatabases and `.prj` files hold. Parameters
//! have the names of Esri's and of OGC 01-009.

/// A projection with its parameters, as a PROJ string without an ellipsoid or datum, and the WKT
/// of the geographic system that it is made from. None where the projection is not known or a
/// parameter is missing.
pub(super) fn projection(wkt: &str) -> Option<(String, &str)> {
    let base = wkt.get(wkt.to_ascii_uppercase().find("GEOGCS")?..)?;
    let kind = strings(wkt, "PROJECTION").next()?.to_ascii_lowercase();
    // Angles are in the geographic system's unit, of which only degrees are known; lengths are in
    // the last one.
    let metres: f64 = units(wkt).last()?;
    let parameter = |names: &[&str]| {
        let mut all = strings(wkt, "PARAMETER").zip(numbers(wkt, "PARAMETER"));
        all.find(|(name, _)| names.iter().any(|other| name.eq_ignore_ascii_case(other)))
            .map(|(_, number)| number)
            .filter(|number| number.is_finite())
    };
    let east = parameter(&["false_easting"]).unwrap_or(0.0) * metres;
    let north = parameter(&["false_northing"]).unwrap_or(0.0) * metres;
    let meridian = parameter(&["central_meridian", "longitude_of_center"])?;
    let origin = || parameter(&["latitude_of_origin", "latitude_of_center", "central_parallel"]);
    let scale = parameter(&["scale_factor"]).unwrap_or(1.0);
    let first = || parameter(&["standard_parallel_1"]);
    let second = || parameter(&["standard_parallel_2"]);
    let own = match kind.as_str() {
        "albers" | "albers_conic_equal_area" => {
            format!("+proj=aea +lat_1={} +lat_2={} +lat_0={}", first()?, second()?, origin()?)
        }
        "lambert_conformal_conic"
        | "lambert_conformal_conic_2sp"
        | "lambert_conformal_conic_1sp" => {
            let origin = origin()?;
            let first = first().unwrap_or(origin);
            let second = second().unwrap_or(first);
            format!("+proj=lcc +lat_1={first} +lat_2={second} +lat_0={origin} +k_0={scale}")
        }
        "transverse_mercator" | "gauss_kruger" => {
            format!("+proj=tmerc +lat_0={} +k={scale}", origin()?)
        }
        "lambert_azimuthal_equal_area" => format!("+proj=laea +lat_0={}", origin()?),
        _ => return None,
    };
    let metres = format!("+x_0={east} +y_0={north} +to_meter={metres} +no_defs");
    Some((format!("{own} +lon_0={meridian} {metres}"), base))
}

/// The first string in each element of a kind.
fn strings<'a>(wkt: &'a str, keyword: &'a str) -> impl Iterator<Item = &'a str> {
    elements(wkt, keyword).filter_map(|inside| inside.split('"').nth(1))
}

/// The number that follows that string.
fn numbers<'a>(wkt: &'a str, keyword: &'a str) -> impl Iterator<Item = f64> + 'a {
    elements(wkt, keyword).map(|inside| {
        let number = inside.split('"').nth(2).unwrap_or_default().trim_start_matches(',');
        let end = number.find([',', ']', ')']).unwrap_or(number.len());
        number.get(..end).unwrap_or_default().trim().parse().unwrap_or(f64::NAN)
    })
}

/// The units' sizes in radians or metres, in the order of the text.
fn units(wkt: &str) -> impl Iterator<Item = f64> {
    numbers(wkt, "UNIT").filter(|size| size.is_finite() && *size > 0.0)
}

/// The text from behind the bracket of each element of a kind.
fn elements<'a>(wkt: &'a str, keyword: &'a str) -> impl Iterator<Item = &'a str> {
    let opens = |place: &usize| {
        let before = wkt.get(..*place).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !letter.is_ascii_alphabetic() && letter != '_')
    };
    wkt.match_indices(keyword).map(|(place, _)| place).filter(opens).filter_map(move |place| {
        let rest = wkt.get(place + keyword.len()..)?.trim_start();
        rest.strip_prefix(['[', '('])
    })
}
