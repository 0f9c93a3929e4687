//! The systems that are known without PROJ: what mineral data comes in, as PROJ strings.
//!
//! Codes are those of the EPSG dataset, and Esri's above them. Where a datum can't be shifted
//! exactly, the note says by how much positions may be off.

use super::{Answer, Axes, Definition, Note, System, proj4, statement, wkt};

/// The system of a code.
pub(super) fn of_code(code: u32) -> Answer<System> {
    let code = official(code);
    let authority = statement::authority_of(code);
    let titled = |name: &str| format!("{authority}:{code} ({name})");
    if let Some(Degrees { name, datum, shifted, note }) = degrees(code) {
        let system = match shifted {
            true => proj4::system(&titled(name), &format!("+proj=longlat {datum}"))?,
            false => System {
                title: titled(name),
                code: Some(code),
                axes: Axes::Angles(1.0),
                central: 0.0,
                note: None,
                definition: Definition::AsTheyAre,
            },
        };
        return Ok(System { code: Some(code), note, ..system });
    }
    let (name, projection, base) = plane(code).ok_or("this build does not know that code")?;
    let base = degrees(base).ok_or("this build does not know its datum")?;
    Ok(System { code: Some(code), ..projected(&titled(&name), &projection, base)? })
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

    /// Holds the way to a place and back against what PROJ 9.5.1 has (pyproj 3.7.2, always_xy).
    fn agrees(what: &str, system: &System, (longitude, latitude): (f64, f64), xy: (f64, f64)) {
        let transform = system.transform().expect("sound");
        let (x, y) = transform.forward(longitude, latitude).expect("a place");
        let off = (x - xy.0).hypot(y - xy.1);
        assert!(off < 1e-3, "{what}: {x} {y}, {off} m off");
        let (east, north) = transform.inverse(xy.0, xy.1).expect("a place");
        let off = (east - longitude).hypot(north - latitude);
        // The pieces of Robinson's table don't meet exactly, in PROJ neither.
        let bound = if ["ESRI:54030", "Robinson"].contains(&what) { 2.1e-5 } else { 2e-8 };
        assert!(off < bound, "{what}: {east} {north}");
    }

    #[test]
    fn codes_stand_for_what_epsg_and_esri_say() {
        for (code, guangdong, bayan_obo) in [
            ("EPSG:3395", (12801741.4412, 2857692.6112), (12242327.6041, 5102445.7948)),
            ("EPSG:3832", (-3896182.1778, 2857692.6112), (-4455596.0148, 5102445.7948)),
            ("EPSG:3857", (12801741.4412, 2875744.6244), (12242327.6041, 5130932.9425)),
            ("EPSG:6933", (11095922.2289, 3091555.5612), (10611049.7247, 4881559.3458)),
            ("EPSG:8857", (10524346.2227, 3160341.9396), (9238226.3040, 5120259.6868)),
            ("EPSG:8858", (-14184988.3872, 3160341.9396), (-13442636.6770, 5120259.6868)),
            ("EPSG:8859", (-3203061.8939, 3160341.9396), (-3362253.1299, 5120259.6868)),
            ("ESRI:54009", (10845200.8638, 3053323.3706), (9182161.2901, 4989485.9123)),
            ("ESRI:54030", (10571487.2274, 2673797.9667), (9484822.1132, 4467221.4643)),
            ("ESRI:102012", (1033487.3064, 3212246.7358), (398546.3040, 5002020.5775)),
            ("ESRI:102025", (1906358.6129, -393911.4550), (1125858.1868, 1512006.3055)),
        ] {
            let system = stated(code).expect("known");
            agrees(code, &system, (115.0, 25.0), guangdong);
            agrees(code, &system, (109.9747, 41.7991), bayan_obo);
            assert!(system.title.starts_with(code) && system.note.is_none(), "{}", system.title);
            assert_eq!(system.id(), code);
        }
        // Esri's codes are often said to be EPSG's.
        let esri = |text: &str| stated(text).expect("known").title;
        let title = "ESRI:102025 (Asia_North_Albers_Equal_Area_Conic)";
        for text in ["EPSG:102025", "urn:ogc:def:crs:ESRI::102025", "esri:102025"] {
            assert_eq!(esri(text), title);
        }
        assert!(stated("ESRI:102026").is_err());
    }

    #[test]
    fn chinas_zones_are_numbered_as_epsg_numbers_them() {
        let datums = [
            ("Xian 1980", "EPSG:4610", 4541057.1297),
            ("Beijing 1954", "EPSG:4214", 4541135.2768),
            ("CGCS2000", "EPSG:4490", 4541055.0113),
        ];
        for (code, name, longitude, x) in [
            (2327, "Xian 1980 / Gauss-Kruger zone 13", 76.0, 13584135.8284),
            (2335, "Xian 1980 / Gauss-Kruger zone 21", 124.0, 21584135.8284),
            (2338, "Xian 1980 / Gauss-Kruger CM 75E", 76.0, 584135.8284),
            (2348, "Xian 1980 / Gauss-Kruger CM 135E", 134.0, 415864.1716),
            (2349, "Xian 1980 / 3-degree Gauss-Kruger zone 25", 76.0, 25584135.8284),
            (2369, "Xian 1980 / 3-degree Gauss-Kruger zone 45", 134.0, 45415864.1716),
            (2370, "Xian 1980 / 3-degree Gauss-Kruger CM 75E", 76.0, 584135.8284),
            (2390, "Xian 1980 / 3-degree Gauss-Kruger CM 135E", 134.0, 415864.1716),
            (2401, "Beijing 1954 / 3-degree Gauss-Kruger zone 25", 76.0, 25584137.1960),
            (2421, "Beijing 1954 / 3-degree Gauss-Kruger zone 45", 134.0, 45415862.8040),
            (2422, "Beijing 1954 / 3-degree Gauss-Kruger CM 75E", 76.0, 584137.1960),
            (2442, "Beijing 1954 / 3-degree Gauss-Kruger CM 135E", 134.0, 415862.8040),
            (4491, "CGCS2000 / Gauss-Kruger zone 13", 76.0, 13584135.7888),
            (4501, "CGCS2000 / Gauss-Kruger zone 23", 134.0, 23415864.2112),
            (4502, "CGCS2000 / Gauss-Kruger CM 75E", 76.0, 584135.7888),
            (4512, "CGCS2000 / Gauss-Kruger CM 135E", 134.0, 415864.2112),
            (4513, "CGCS2000 / 3-degree Gauss-Kruger zone 25", 76.0, 25584135.7888),
            (4533, "CGCS2000 / 3-degree Gauss-Kruger zone 45", 134.0, 45415864.2112),
            (4534, "CGCS2000 / 3-degree Gauss-Kruger CM 75E", 76.0, 584135.7888),
            (4554, "CGCS2000 / 3-degree Gauss-Kruger CM 135E", 134.0, 415864.2112),
            (21413, "Beijing 1954 / Gauss-Kruger zone 13", 76.0, 13584137.1960),
            (21418, "Beijing 1954 / Gauss-Kruger zone 18", 106.0, 18584137.1960),
            (21423, "Beijing 1954 / Gauss-Kruger zone 23", 134.0, 23415862.8040),
            (21453, "Beijing 1954 / Gauss-Kruger CM 75E", 76.0, 584137.1960),
            (21463, "Beijing 1954 / Gauss-Kruger CM 135E", 134.0, 415862.8040),
        ] {
            let (_, datum, y) =
                datums.into_iter().find(|(datum, ..)| name.starts_with(datum)).expect("known");
            let text = format!("EPSG:{code}");
            let system = stated(&text).expect("known");
            assert_eq!(system.title, format!("{text} ({name})"));
            // The projection alone: from the datum's own degrees.
            let own = stated(datum).expect("known").transform().expect("sound");
            agrees(&text, &system, own.inverse(longitude, 41.0).expect("a place"), (x, y));
            assert!(note(&text).contains(datum));
        }
        for code in [2326, 2391, 2400, 2443, 4555, 21412, 21424, 21452, 21464] {
            assert!(stated(&format!("EPSG:{code}")).is_err(), "{code}");
        }
        assert_eq!(stated("EPSG:21478").expect("known").code, Some(21_458));
    }

    /// WKT on WGS 84, its parameters told as `name=value`.
    fn wkt(projection: &str, parameters: &str) -> String {
        let parameters = parameters.split(' ').filter_map(|parameter| parameter.split_once('='));
        let parameters: String =
            parameters.map(|(name, value)| format!(r#"PARAMETER["{name}",{value}],"#)).collect();
        format!(
            r#"PROJCS["Some",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["{projection}"],{parameters}UNIT["Meter",1.0]]"#
        )
    }

    #[test]
    fn projections_are_read_as_esri_and_ogc_spell_them() {
        for (projection, parameters, xy) in [
            (
                "Mercator",
                "False_Easting=0.0 Central_Meridian=150.0 Standard_Parallel_1=30.0",
                (-3377019.8088, 2476907.9358),
            ),
            (
                "Mercator",
                "False_Easting=500000.0 False_Northing=-20000.0 Central_Meridian=105.0 Standard_Parallel_1=0.0",
                (1613194.9079, 2837692.6112),
            ),
            (
                "Mercator_1SP",
                "central_meridian=150 scale_factor=0.9996 false_easting=3900000 false_northing=900000",
                (5376.2951, 3756549.5341),
            ),
            (
                "Mercator_2SP",
                "standard_parallel_1=-41 central_meridian=100",
                (1262027.7767, 2159841.8671),
            ),
            (
                "Mercator_Auxiliary_Sphere",
                "Central_Meridian=150.0 Standard_Parallel_1=0.0 Auxiliary_Sphere_Type=0.0",
                (-3896182.1778, 2875744.6244),
            ),
            ("Mollweide", "Central_Meridian=105.0", (943060.9447, 3053323.3706)),
            ("Robinson", "Central_Meridian=105.0", (919259.7589, 2673797.9667)),
            ("Robinson", "longitude_of_center=105", (919259.7589, 2673797.9667)),
            ("Equal_Earth", "Central_Meridian=105.0", (915160.5411, 3160341.9396)),
            ("Plate_Carree", "Central_Meridian=105.0", (1113194.9079, 2782987.2698)),
            (
                "Equidistant_Cylindrical",
                "Central_Meridian=0.0 Standard_Parallel_1=30.0",
                (11086633.3008, 2782987.2698),
            ),
            (
                "Equirectangular",
                "latitude_of_origin=10 standard_parallel_1=30 central_meridian=105",
                (964055.0696, 1669792.3619),
            ),
            (
                "Cylindrical_Equal_Area",
                "Central_Meridian=105.0 Standard_Parallel_1=30.0",
                (964862.8025, 3091555.5612),
            ),
            ("Behrmann", "Central_Meridian=0.0", (11095922.2289, 3091555.5612)),
            (
                "Stereographic",
                "Central_Meridian=105.0 Scale_Factor=0.9999 Latitude_Of_Origin=35.0",
                (1017210.3293, -1066498.3226),
            ),
            (
                "Double_Stereographic",
                "False_Easting=155000.0 False_Northing=463000.0 Central_Meridian=105.0 Scale_Factor=0.9999079 Latitude_Of_Origin=35.0",
                (1172732.5561, -603549.2680),
            ),
            (
                "Oblique_Stereographic",
                "latitude_of_origin=35 central_meridian=105 scale_factor=0.9999",
                (1017724.5153, -1066540.8415),
            ),
            (
                "Stereographic_North_Pole",
                "Central_Meridian=105.0 Standard_Parallel_1=71.0",
                (1372034.4580, -7781194.0775),
            ),
            (
                "Stereographic_South_Pole",
                "Central_Meridian=0.0 Standard_Parallel_1=-71.0",
                (17544357.6555, -8181068.3322),
            ),
            (
                "Polar_Stereographic",
                "latitude_of_origin=71 central_meridian=105",
                (1372034.4580, -7781194.0775),
            ),
            (
                "Polar_Stereographic",
                "latitude_of_origin=90 central_meridian=0 scale_factor=0.994",
                (7317237.5869, 3412083.9233),
            ),
            (
                "Azimuthal_Equidistant",
                "Central_Meridian=105.0 Latitude_Of_Origin=35.0",
                (1013314.8528, -1061924.3613),
            ),
            (
                "Azimuthal_Equidistant",
                "latitude_of_center=90 longitude_of_center=105",
                (1256502.8562, -7125981.8046),
            ),
            (
                "Lambert_Azimuthal_Equal_Area",
                "latitude_of_center=90 longitude_of_center=105",
                (1190442.0378, -6751332.2863),
            ),
            (
                "Albers_Conic_Equal_Area",
                "latitude_of_center=30 longitude_of_center=95 standard_parallel_1=15 standard_parallel_2=65",
                (1906358.6129, -393911.4550),
            ),
        ] {
            let system = stated(&wkt(projection, parameters)).expect(projection);
            agrees(projection, &system, (115.0, 25.0), xy);
        }
        // What a projection takes no heed of, or what says that it is another, is not passed over.
        for (projection, parameters) in [
            ("Mercator_1SP", "central_meridian=0 latitude_of_origin=20"),
            ("Mercator", "central_meridian=0 standard_parallel_1=20 scale_factor=0.5"),
            ("Albers", "central_meridian=0 standard_parallel_1=20"),
            ("Mollweide", "central_meridian=0 azimuth=30"),
            ("Mollweide", ""),
        ] {
            assert!(stated(&wkt(projection, parameters)).is_err(), "{projection} {parameters}");
        }
        let mercator = wkt("Mercator_1SP", "central_meridian=0 scale_factor=1");
        let sphere = mercator.replace(
            r#"UNIT["Meter""#,
            r#"EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +nadgrids=@null"],UNIT["Meter""#,
        );
        assert!(stated(&mercator).is_ok() && stated(&sphere).is_err());
        // A code that is not known leaves what the WKT says.
        let coded = format!("{},AUTHORITY[\"EPSG\",\"3994\"]]", mercator.trim_end_matches(']'));
        let coded = coded.replace("1.0,AUTH", "1.0],AUTH");
        assert_eq!(stated(&coded).expect("known").title, "Some");
    }
}
