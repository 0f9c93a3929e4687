//! The systems that are known without PROJ: what mineral data comes in, as PROJ strings.
//!
//! Codes are those of the EPSG dataset, and Esri's above them. Where a datum can't be shifted
//! exactly, the note says by how much positions may be off.

use super::{Answer, Axes, Definition, Note, System, proj4, statement, wkt};

/// The system of a code.
pub(super) fn of_code(code: u32) -> Answer<System> {
    let code = official(code);
    let authority = statement::authority_of(code);
    let epsg = Some(code).filter(|_| authority == "EPSG");
    let titled = |name: &str| format!("{authority}:{code} ({name})");
    if let Some(Degrees { name, datum, shifted, note }) = degrees(code) {
        let system = match shifted {
            true => proj4::system(&titled(name), &format!("+proj=longlat {datum}"))?,
            false => System {
                title: titled(name),
                epsg,
                axes: Axes::Angles(1.0),
                central: 0.0,
                note: None,
                definition: Definition::AsTheyAre,
            },
        };
        return Ok(System { epsg, note, ..system });
    }
    let (name, projection, base) = plane(code).ok_or("this build does not know that code")?;
    let base = degrees(base).ok_or("this build does not know its datum")?;
    Ok(System { epsg, ..projected(&titled(&name), &projection, base)? })
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
    let base = statement::wkt_code(base).and_then(degrees).ok_or(unknown)?;
    projected(statement::name(text), &projection, base)
}

/// The system of a projection, a PROJ string but for its datum, and a geographic system.
fn projected(title: &str, projection: &str, base: Degrees) -> Answer<System> {
    let system = proj4::system(title, &format!("{projection} {}", base.datum))?;
    Ok(System { note: base.note, ..system })
}

/// The code that stands for the same system in the EPSG dataset.
pub(super) fn official(code: u32) -> u32 {
    match code {
        900_913 | 102_100 | 102_113 | 3785 => 3857,
        // Deprecated there for a name.
        21_473..=21_483 => code - 20,
        code => code,
    }
}

/// What the table says of the datum of a geographic system.
#[cfg(feature = "proj")]
pub(super) fn note(code: u32) -> Option<Note> {
    degrees(code)?.note
}

/// Longitude and latitude, shifted to WGS 84 or so close to it that they are taken as they are,
/// with what that leaves out.
struct Degrees {
    name: &'static str,
    datum: &'static str,
    shifted: bool,
    note: Option<Note>,
}

/// The geographic systems. Accuracy is that of the EPSG dataset's transformations to WGS 84.
fn degrees(code: u32) -> Option<Degrees> {
    let note = |text: &str, within: Option<f64>| Some(Note { text: format!("on {text}"), within });
    // The ellipsoid of CGCS2000 differs from that of GRS 1980 by less than a millimetre.
    let near = |name, text, within| Degrees {
        name,
        datum: "+ellps=GRS80",
        shifted: false,
        note: note(text, Some(within)),
    };
    let shifted =
        |name, datum, text| Degrees { name, datum, shifted: true, note: note(text, None) };
    Some(match code {
        4326 | 4979 => {
            Degrees { name: "WGS 84", datum: "+datum=WGS84", shifted: false, note: None }
        }
        4490 => {
            near("CGCS2000", "CGCS2000 (EPSG:4490), taken as WGS 84, at most a metre away", 1.0)
        }
        4258 => near("ETRS89", "ETRS89 (EPSG:4258), taken as WGS 84, about a metre away", 1.0),
        4269 => near("NAD83", "NAD83 (EPSG:4269), taken as WGS 84, about two metres away", 2.0),
        4214 => shifted(
            "Beijing 1954",
            "+ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs",
            "Beijing 1954 (EPSG:4214), shifted to WGS 84 by EPSG's fourth set of parameters, made \
             for the Tarim basin; elsewhere in China they may be off by some tens of metres",
        ),
        4610 => shifted(
            "Xian 1980",
            "+a=6378140 +rf=298.257 +no_defs",
            "Xian 1980 (EPSG:4610), for which no shift to WGS 84 is public; they are taken as they \
             are and may be off by about a hundred metres",
        ),
        _ => return None,
    })
}

/// Projections of WGS 84: code, name, and PROJ string but for the datum.
const PLANES: &[(u32, &str, &str)] = &[
    (3395, "WGS 84 / World Mercator", "+proj=merc"),
    (3832, "WGS 84 / PDC Mercator", "+proj=merc +lon_0=150"),
    (3857, "WGS 84 / Pseudo-Mercator", "+proj=webmerc"),
    (6933, "WGS 84 / NSIDC EASE-Grid 2.0 Global", "+proj=cea +lat_ts=30"),
    (8857, "WGS 84 / Equal Earth Greenwich", "+proj=eqearth"),
    (8858, "WGS 84 / Equal Earth Americas", "+proj=eqearth +lon_0=-90"),
    (8859, "WGS 84 / Equal Earth Asia-Pacific", "+proj=eqearth +lon_0=150"),
    (54_009, "World_Mollweide", "+proj=moll"),
    (54_030, "World_Robinson", "+proj=robin"),
    (102_012, "Asia_Lambert_Conformal_Conic", "+proj=lcc +lat_1=30 +lat_2=62 +lat_0=0 +lon_0=105"),
    (
        102_025,
        "Asia_North_Albers_Equal_Area_Conic",
        "+proj=aea +lat_1=15 +lat_2=65 +lat_0=30 +lon_0=95",
    ),
];

/// China's series of Gauss-Krüger zones, from 75° to 135° E: the first zone's code, the geographic
/// system, the width of a zone in degrees, and whether its number stands before the easting.
const GAUSS_KRUGER: &[(u32, u32, u32, bool)] = &[
    (2327, 4610, 6, true),
    (2338, 4610, 6, false),
    (2349, 4610, 3, true),
    (2370, 4610, 3, false),
    (2401, 4214, 3, true),
    (2422, 4214, 3, false),
    (4491, 4490, 6, true),
    (4502, 4490, 6, false),
    (4513, 4490, 3, true),
    (4534, 4490, 3, false),
    (21_413, 4214, 6, true),
    (21_453, 4214, 6, false),
];

/// A projected system: its name, its PROJ string but for the datum, and its geographic system.
fn plane(code: u32) -> Option<(String, String, u32)> {
    if let Some((_, name, projection)) = PLANES.iter().find(|(known, ..)| *known == code) {
        return Some(((*name).into(), (*projection).into(), 4326));
    }
    if let 32_601..=32_660 | 32_701..=32_760 = code {
        let zone = code % 100;
        let (letter, south) = if code < 32_700 { ("N", "") } else { ("S", " +south") };
        let name = format!("WGS 84 / UTM zone {zone}{letter}");
        return Some((name, format!("+proj=utm +zone={zone}{south}"), 4326));
    }
    let within = |first: u32, width: u32| (first..=first + 60 / width).contains(&code);
    let (first, base, width, numbered) =
        *GAUSS_KRUGER.iter().find(|(first, _, width, _)| within(*first, *width))?;
    let meridian = 75 + (code - first) * width;
    // Zones of six degrees begin at Greenwich, those of three lie around it.
    let zone = if width == 6 { (meridian + 3) / 6 } else { meridian / 3 };
    let narrow = if width == 3 { "3-degree " } else { "" };
    let (which, millions) =
        if numbered { (format!("zone {zone}"), zone) } else { (format!("CM {meridian}E"), 0) };
    let name = format!("{} / {narrow}Gauss-Kruger {which}", degrees(base)?.name);
    let east = millions * 1_000_000 + 500_000;
    Some((name, format!("+proj=tmerc +lat_0=0 +lon_0={meridian} +x_0={east}"), base))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Answer<System> {
        System::stated_without_proj(text)
    }

    fn note(text: &str) -> String {
        stated(text).expect("known").note.expect("a note").text
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
