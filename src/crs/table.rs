//! The systems that are known without PROJ: what mineral data comes in, as PROJ strings.
//!
//! Codes are those of the EPSG dataset. Where a datum can't be shifted exactly, the note says by
//! how much positions may be off.

use super::{Answer, Axes, Definition, System, proj4, statement, wkt};

/// The system of an EPSG code.
pub(super) fn of_code(code: u32) -> Answer<System> {
    let code = official(code);
    let (name, entry) = entry(code).ok_or("this build does not know that code")?;
    let title = format!("EPSG:{code} ({name})");
    let system = match entry {
        Entry::Degrees { shifted: false, note, .. } => System {
            title,
            epsg: None,
            axes: Axes::Angles(1.0),
            central: 0.0,
            note: note.map(Into::into),
            definition: Definition::AsTheyAre,
        },
        Entry::Degrees { datum, note, .. } => {
            let system = proj4::system(&title, &format!("+proj=longlat {datum}"))?;
            System { note: note.map(Into::into), ..system }
        }
        Entry::Plane(definition) => proj4::system(&title, &definition)?,
    };
    Ok(System { epsg: Some(code), ..system })
}

/// The system of a PROJ string, or of a WKT whose projection is a usual one of a geographic
/// system of the table.
pub(super) fn of_text(text: &str) -> Answer<System> {
    if statement::is_proj(text) {
        return proj4::system(text, text);
    }
    if !statement::is_wkt(text) {
        return Err("it is no EPSG code, PROJ string or WKT that this build knows".into());
    }
    let unknown = "this build does not know its projection or its datum";
    let (projection, base) = wkt::projection(text).ok_or(unknown)?;
    let base = statement::wkt_code(base).and_then(entry).ok_or(unknown)?;
    let (_, Entry::Degrees { datum, note, .. }) = base else { return Err(unknown.into()) };
    let system = proj4::system(statement::name(text), &format!("{projection} {datum}"))?;
    Ok(System { note: note.map(Into::into), ..system })
}

/// The code that stands for the same system in the EPSG dataset.
pub(super) fn official(code: u32) -> u32 {
    match code {
        900_913 | 102_100 | 102_113 | 3785 => 3857,
        code => code,
    }
}

/// What the table says of the datum of a geographic system.
#[cfg(feature = "proj")]
pub(super) fn note(code: u32) -> Option<&'static str> {
    match entry(code)? {
        (_, Entry::Degrees { note, .. }) => note,
        (_, Entry::Plane(_)) => None,
    }
}

/// What is known of a system.
enum Entry {
    /// Longitude and latitude, shifted to WGS 84 or so close to it that they are taken as they
    /// are, with what that leaves out.
    Degrees { datum: &'static str, shifted: bool, note: Option<&'static str> },
    /// Anything with a PROJ string.
    Plane(String),
}

/// The table. Accuracy is that of the EPSG dataset's transformations to WGS 84.
fn entry(code: u32) -> Option<(String, Entry)> {
    // The ellipsoid of CGCS2000 differs from that of GRS 1980 by less than a millimetre.
    let near = |note| Entry::Degrees { datum: "+ellps=GRS80", shifted: false, note: Some(note) };
    let shifted = |datum, note| Entry::Degrees { datum, shifted: true, note: Some(note) };
    let utm = |zone: u32, south: &str| {
        Entry::Plane(format!("+proj=utm +zone={zone}{south} +datum=WGS84 +units=m"))
    };
    let (name, entry) = match code {
        4326 | 4979 => {
            ("WGS 84", Entry::Degrees { datum: "+datum=WGS84", shifted: false, note: None })
        }
        4490 => {
            ("CGCS2000", near("on CGCS2000 (EPSG:4490), taken as WGS 84, at most a metre away"))
        }
        4258 => ("ETRS89", near("on ETRS89 (EPSG:4258), taken as WGS 84, about a metre away")),
        4269 => ("NAD83", near("on NAD83 (EPSG:4269), taken as WGS 84, about two metres away")),
        4214 => (
            "Beijing 1954",
            shifted(
                "+ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs",
                "on Beijing 1954 (EPSG:4214), shifted to WGS 84 by EPSG's fourth set of \
                 parameters, made for the Tarim basin; elsewhere in China they may \
                 be off by some tens of metres",
            ),
        ),
        4610 => (
            "Xian 1980",
            shifted(
                "+a=6378140 +rf=298.257 +no_defs",
                "on Xian 1980 (EPSG:4610), for which no shift to WGS 84 is public; they are taken \
                 as they are and may be off by about a hundred metres",
            ),
        ),
        3857 => (
            "WGS 84 / Pseudo-Mercator",
            Entry::Plane(
                "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m \
                 +nadgrids=@null +no_defs"
                    .into(),
            ),
        ),
        32601..=32660 => {
            let zone = code - 32600;
            return Some((format!("WGS 84 / UTM zone {zone}N"), utm(zone, "")));
        }
        32701..=32760 => {
            let zone = code - 32700;
            return Some((format!("WGS 84 / UTM zone {zone}S"), utm(zone, " +south")));
        }
        _ => return None,
    };
    Some((name.into(), entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Answer<System> {
        System::stated_without_proj(text)
    }

    fn note(text: &str) -> String {
        stated(text).expect("known").note.expect("a note")
    }

    #[test]
    fn projected_places_come_back_to_degrees() {
        let near = |text: &str, x: f64, y: f64, longitude: f64, latitude: f64, within: f64| {
            let transform = stated(text).expect("known").transform().expect("sound");
            let point = transform.inverse(x, y).expect("a place");
            assert!((point.0 - longitude).abs() < within, "{text}: {point:?}");
            assert!((point.1 - latitude).abs() < within, "{text}: {point:?}");
            let (east, north) = transform.forward(point.0, point.1).expect("a place");
            assert!((east - x).abs() < 1e-6 && (north - y).abs() < 1e-6, "{text}: {east} {north}");
        };
        near("EPSG:3857", 20_037_508.342_789_244, 0.0, 180.0, 0.0, 1e-9);
        near("EPSG:32649", 500_000.0, 0.0, 111.0, 0.0, 1e-9);
        near(r#"PROJCS["WGS_1984_UTM_Zone_49S"]"#, 500_000.0, 10_000_000.0, 111.0, 0.0, 1e-9);
        // Projections told by their parameters, as PROJ 9 has them.
        let gcs = |name: &str, datum: &str, ellipsoid: &str| {
            format!(
                r#"GEOGCS["GCS_{name}",DATUM["D_{datum}",SPHEROID["{ellipsoid}"]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#
            )
        };
        let projected = |base: &str, own: &str, parameters: &[(&str, f64)], metres: f64| {
            let parameters = parameters.iter();
            let parameters: String = parameters
                .map(|(name, value)| format!(r#"PARAMETER["{name}",{value:?}],"#))
                .collect();
            format!(
                r#"PROJCS["Some",{base},PROJECTION["{own}"],{parameters}UNIT["Unit",{metres}]]"#
            )
        };
        let conic = [
            ("False_Easting", 0.0),
            ("False_Northing", 0.0),
            ("Central_Meridian", 95.0),
            ("Standard_Parallel_1", 15.0),
            ("Standard_Parallel_2", 65.0),
            ("Latitude_Of_Origin", 30.0),
        ];
        let wgs84 = gcs("WGS_1984", "WGS_1984", "WGS_1984");
        let albers = projected(&wgs84, "Albers", &conic, 1.0);
        near(&albers, 500_000.0, 3_000_000.0, 103.388_932_868, 54.507_488_643, 1e-8);
        let conic = [
            ("False_Easting", 6_561_666.667),
            ("False_Northing", 1_640_416.667),
            ("Central_Meridian", -118.0),
            ("Standard_Parallel_1", 35.466_666_666_666_7),
            ("Standard_Parallel_2", 34.033_333_333_333_3),
            ("Latitude_Of_Origin", 33.5),
        ];
        let nad83 = gcs("North_American_1983", "North_American_1983", "GRS_1980");
        let feet = projected(&nad83, "Lambert_Conformal_Conic", &conic, 0.304_800_609_601_219);
        near(&feet, 500_000.0, 3_000_000.0, -138.513_293_018, 35.530_268_636, 1e-8);
        assert!(note(&feet).contains("NAD83"));
        let azimuthal = [
            ("False_Easting", 4_321_000.0),
            ("False_Northing", 3_210_000.0),
            ("Central_Meridian", 10.0),
            ("Latitude_Of_Origin", 52.0),
        ];
        let etrs89 = gcs("ETRS_1989", "ETRS_1989", "GRS_1980");
        let laea = projected(&etrs89, "Lambert_Azimuthal_Equal_Area", &azimuthal, 1.0);
        near(&laea, 500_000.0, 3_000_000.0, -37.129_386_874, 38.841_393_774, 1e-8);
        let cylinder = [
            ("False_Easting", 500_000.0),
            ("False_Northing", 0.0),
            ("Central_Meridian", 111.0),
            ("Scale_Factor", 1.0),
            ("Latitude_Of_Origin", 0.0),
        ];
        let cgcs = gcs("China_Geodetic_Coordinate_System_2000", "China_2000", "CGCS2000");
        let kruger = projected(&cgcs, "Gauss_Kruger", &cylinder, 1.0);
        near(&kruger, 500_000.0, 0.0, 111.0, 0.0, 1e-9);
        let unknown = projected(&wgs84, "Bonne", &cylinder, 1.0);
        assert!(stated(&unknown).is_err());
        let unknown =
            projected(&gcs("Clarke", "Clarke", "Clarke_1866"), "Gauss_Kruger", &cylinder, 1.0);
        assert!(stated(&unknown).is_err());
        let senseless = albers.replace("15.0", "NaN").replace("65.0", "1e999");
        assert!(stated(&senseless).is_err());
        // The geocentric shift, worked out apart.
        near("EPSG:4214", 110.0, 41.0, 110.000451194, 41.000353850, 1e-8);
        // No shift is known, and none is made up.
        near("EPSG:4610", 110.0, 41.0, 110.0, 41.0, 1e-12);
        assert!(note("EPSG:4214").contains("tens of metres"));
        assert!(stated("EPSG:4490").expect("known").is_wgs84());
    }
}
