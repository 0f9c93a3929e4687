//! The feature `proj`: what PROJ adds, and that the engine without it agrees with PROJ.
#![cfg(feature = "proj")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::process::Command;

use proj::Proj;
use reemap::crs::{Axes, System};
use reemap::figure::projection::Projection;
use reemap::source::{self, Layer};

const METRES_PER_DEGREE: f64 = 111_319.490_793;

/// How far two engines may be apart, in metres.
const APART: f64 = 1e-6;

/// A stretch of the globe: west, south, east, north.
type Reach = [f64; 4];

const WORLD: Reach = [-179.9, -90.0, 179.9, 90.0];
const CHINA: Reach = [73.0, 15.0, 135.0, 54.0];

/// A grid of places over a stretch.
fn grid([west, south, east, north]: Reach) -> impl Iterator<Item = (f64, f64)> {
    let at = |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / 36.0;
    (0..=36).flat_map(move |i| (0..=36).map(move |j| (at(west, east, i), at(south, north, j))))
}

/// Where the way back has to lead to.
#[derive(Clone, Copy)]
enum Back {
    /// To the place that PROJ was given, so many metres from it. PROJ 9.6's own way back from
    /// Equal Earth, by a series of third order, is 1.6 mm off, so that it can't be the measure.
    Place(f64),
    /// To where PROJ's way back leads, where PROJ itself comes back elsewhere: the pieces of
    /// Robinson's table don't meet exactly (2.3 m), and a shift of datum leaves heights out (1 mm).
    Proj(f64),
}

/// Back from Mercator and Lambert's conformal conic `proj4rs` iterates by Snyder's (7-9) until a
/// step is below 1e-10 of a radian; each step is e² = 0.0067 of the one before, so up to 7e-13 of
/// a radian is left, which is 4.3e-6 m.
const CONFORMAL: Back = Back::Place(4.3e-6);
const EXACT: Back = Back::Place(APART);

/// Holds the engine without PROJ against PROJ's own reading of a definition, in metres: forward,
/// and back from where PROJ puts a place.
fn agree(name: &str, system: &System, definition: &str, reach: Reach, back: Back) {
    let own = system.transform().unwrap();
    let proj = Proj::new_known_crs("EPSG:4326", definition, None).unwrap();
    let proj_back = Proj::new_known_crs(definition, "EPSG:4326", None).unwrap();
    let metres = match system.axes {
        Axes::Plane(metres) => metres,
        Axes::Angles(_) => METRES_PER_DEGREE,
    };
    let mut worst = [0.0_f64; 2];
    for (longitude, latitude) in grid(reach) {
        let (x, y) = proj.convert((longitude, latitude)).unwrap();
        let (own_x, own_y) = own.forward(longitude, latitude).unwrap();
        worst[0] = worst[0].max((own_x - x).hypot(own_y - y) * metres);
        // At a pole a latitude is the arc sine of one: half the digits are lost.
        if latitude.abs() > 89.0 {
            continue;
        }
        let (own_longitude, own_latitude) = own.inverse(x, y).unwrap();
        let (longitude, latitude) = match back {
            Back::Place(_) => (longitude, latitude),
            Back::Proj(_) => proj_back.convert((x, y)).unwrap(),
        };
        let turn = (own_longitude - longitude + 180.0).rem_euclid(360.0) - 180.0;
        let east = turn * latitude.to_radians().cos();
        worst[1] = worst[1].max(east.hypot(own_latitude - latitude) * METRES_PER_DEGREE);
    }
    let (Back::Place(bound) | Back::Proj(bound)) = back;
    println!("{name}: {:.1e} m forward, {:.1e} m back", worst[0], worst[1]);
    assert!(worst[0] <= APART, "{name}: {} m apart forward", worst[0]);
    assert!(worst[1] <= bound, "{name}: {} m apart back", worst[1]);
}

#[test]
fn named_projections_agree_with_proj() {
    for (name, definition, reach, back) in [
        ("equal-earth", "+proj=eqearth +datum=WGS84", WORLD, EXACT),
        ("robinson", "+proj=robin +datum=WGS84", WORLD, Back::Proj(APART)),
        ("mercator", "+proj=merc +datum=WGS84", [-179.9, -89.0, 179.9, 89.0], CONFORMAL),
        (
            "albers-china",
            "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84",
            [-74.9, -80.0, 284.9, 89.0],
            EXACT,
        ),
    ] {
        let system = System::parse(name).unwrap();
        assert_eq!(system.id(), definition);
        agree(name, &system, definition, reach, back);
    }
}

#[test]
fn the_tables_codes_agree_with_proj() {
    let of_table = |text: &str| System::stated_without_proj(text).unwrap();
    agree("3857", &of_table("EPSG:3857"), "EPSG:3857", [-179.9, -85.0, 179.9, 85.0], EXACT);
    for code in ["EPSG:4490", "EPSG:4258"] {
        agree(code, &of_table(code), code, CHINA, EXACT);
    }
    for zone in 1..=60_u32 {
        let middle = f64::from(zone) * 6.0 - 183.0;
        let (west, east) = ((middle - 9.0_f64).max(-180.0), (middle + 9.0_f64).min(180.0));
        for (base, south, north) in [(32600, 0.0, 84.0), (32700, -80.0, 0.0)] {
            let code = format!("EPSG:{}", base + zone);
            agree(&code, &of_table(&code), &code, [west, south, east, north], EXACT);
        }
    }
    let merc = [-29.0, -85.0, 329.0, 85.0];
    for (code, reach, back) in [
        ("EPSG:3395", [-179.9, -85.0, 179.9, 85.0], CONFORMAL),
        ("EPSG:3832", merc, CONFORMAL),
        ("EPSG:6933", [-179.9, -85.0, 179.9, 85.0], EXACT),
        ("EPSG:8857", WORLD, EXACT),
        ("EPSG:8859", [-29.0, -90.0, 329.0, 90.0], EXACT),
        ("ESRI:54009", [-179.0, -85.0, 179.0, 85.0], EXACT),
        ("ESRI:54030", WORLD, Back::Proj(APART)),
        ("ESRI:102012", CHINA, CONFORMAL),
        ("ESRI:102025", CHINA, EXACT),
    ] {
        agree(code, &of_table(code), code, reach, back);
    }
    for (code, middle) in [(4491, 75.0), (4512, 135.0), (4527, 117.0), (4548, 117.0)] {
        let code = format!("EPSG:{code}");
        agree(&code, &of_table(&code), &code, [middle - 6.0, 0.0, middle + 6.0, 84.0], EXACT);
    }
    // Shifts that PROJ would choose by place are held against it by their parameters.
    let shift = "+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs";
    assert_eq!(of_table("EPSG:4214").transform().unwrap().inverse(110.0, 41.0).unwrap(), {
        let same = System::stated_without_proj(shift).unwrap();
        same.transform().unwrap().inverse(110.0, 41.0).unwrap()
    });
    agree("4214", &of_table("EPSG:4214"), shift, CHINA, Back::Proj(APART));
    agree("4610", &of_table("EPSG:4610"), "EPSG:4610", CHINA, EXACT);
}

#[test]
fn nad83_taken_as_wgs84_is_as_near_as_the_note_says() {
    let own = System::stated_without_proj("EPSG:4269").unwrap();
    assert!(own.is_wgs84() && own.note.unwrap().text.contains("about two metres"));
    let proj = Proj::new_known_crs("EPSG:4326", "EPSG:4269", None).unwrap();
    for (longitude, latitude) in grid([-170.0, 20.0, -60.0, 80.0]) {
        let (x, y) = proj.convert((longitude, latitude)).unwrap();
        assert!((x - longitude).hypot(y - latitude) * METRES_PER_DEGREE < 2.0);
    }
}

/// A projected WKT of Esri's kind on WGS 84.
fn wkt(projection: &str, parameters: &str, unit: &str) -> String {
    format!(
        r#"PROJCS["Some",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["{projection}"],{parameters},UNIT[{unit}]]"#
    )
}

#[test]
fn projections_told_by_wkt_agree_with_proj() {
    let metre = r#""Meter",1.0"#;
    let feet = r#""Foot_US",0.304800609601219"#;
    let conic = r#"PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",-20000.0],PARAMETER["Central_Meridian",105.0],PARAMETER["Standard_Parallel_1",25.0],PARAMETER["Standard_Parallel_2",47.0],PARAMETER["Latitude_Of_Origin",30.0]"#;
    let one = r#"PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],PARAMETER["Standard_Parallel_1",36.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",36.0]"#;
    let cylinder = r#"PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",10.0]"#;
    let azimuthal = r#"PARAMETER["False_Easting",4321000.0],PARAMETER["False_Northing",3210000.0],PARAMETER["Central_Meridian",105.0],PARAMETER["Latitude_Of_Origin",36.0]"#;
    let zone = [105.0, 0.0, 117.0, 84.0];
    for (projection, parameters, unit, reach, back) in [
        ("Albers", conic, metre, CHINA, EXACT),
        ("Albers", conic, feet, CHINA, EXACT),
        ("Lambert_Conformal_Conic", conic, metre, CHINA, CONFORMAL),
        ("Lambert_Conformal_Conic", conic, feet, CHINA, CONFORMAL),
        ("Lambert_Conformal_Conic", one, metre, CHINA, CONFORMAL),
        ("Transverse_Mercator", cylinder, metre, zone, EXACT),
        ("Gauss_Kruger", cylinder, metre, zone, EXACT),
        ("Lambert_Azimuthal_Equal_Area", azimuthal, metre, CHINA, EXACT),
    ] {
        let wkt = wkt(projection, parameters, unit);
        let system = System::stated_without_proj(&wkt).unwrap();
        agree(projection, &system, &wkt, reach, back);
    }
}

#[test]
fn what_is_not_named_runs_on_proj() {
    for (text, title, central) in [
        ("EPSG:2326", "EPSG:2326 (Hong Kong 1980 Grid System)", 114.178_555_556),
        ("2333", "EPSG:2333 (Xian 1980 / Gauss-Kruger zone 19)", 111.0),
        ("EPSG:32701", "EPSG:32701 (WGS 84 / UTM zone 1S)", -177.0),
        ("EPSG:4807", "EPSG:4807 (NTF (Paris))", 2.337_229_167),
        ("EPSG:27572", "EPSG:27572 (NTF (Paris) / Lambert zone II)", 2.337_229_167),
        ("ESRI:102025", "ESRI:102025 (Asia_North_Albers_Equal_Area_Conic)", 95.0),
        ("EPSG:3031", "EPSG:3031 (WGS 84 / Antarctic Polar Stereographic)", 0.0),
        ("+proj=bonne +lat_1=40 +lon_0=100", "+proj=bonne +lat_1=40 +lon_0=100", 100.0),
    ] {
        let system = System::parse(text).unwrap();
        assert_eq!(system.title, title);
        assert!((system.central - central).abs() < 1e-8, "{text}: {}", system.central);
    }
    for (text, reason) in [
        ("EPSG:5773", "VerticalCRS"),
        ("EPSG:4978", "GeodeticCRS"),
        ("EPSG:99999999", "does not know"),
        ("+proj=wrong", "does not know"),
        ("+proj=pipeline +step +proj=merc", "operation"),
        ("WGS 84 / UTM", "no EPSG code"),
        ("PROJCS[]", "does not know"),
    ] {
        let error = System::parse(text).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn notes_say_what_proj_knows_of_a_datum() {
    let note =
        |text: &str| System::stated(text).unwrap().note.map_or(String::new(), |note| note.text);
    assert_eq!(note("EPSG:32649"), "");
    assert_eq!(note("ESRI:102025"), "");
    let beijing = note("EPSG:4214");
    assert!(beijing.contains("1 to 15 m in parts of its area"), "{beijing}");
    // Where it knows none, what the table says of a datum goes.
    assert!(note("EPSG:2333").contains("about a hundred metres"), "{}", note("EPSG:2333"));
    assert!(note("EPSG:4547").contains("CGCS2000"), "{}", note("EPSG:4547"));
    assert!(note("EPSG:4024").contains("knows no shift"), "{}", note("EPSG:4024"));
    assert!(note("EPSG:2326").ends_with("good to 1 m"), "{}", note("EPSG:2326"));
    // Of a WKT without a code the area is that of its geographic system.
    assert!(note(BEIJING_GK).contains("in parts of its area"), "{}", note(BEIJING_GK));
}

/// As Esri writes EPSG:21419.
const BEIJING_GK: &str = r#"PROJCS["Beijing_1954_GK_Zone_19",GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",19500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

fn layer(path: &Path) -> Layer {
    source::open(path).unwrap().remove(0).layers.remove(0)
}

/// Where a layer's first point lies.
fn first(layer: &Layer) -> (f64, f64) {
    let row = layer.rows_wgs84().unwrap().next().unwrap().unwrap();
    let Some(geo::Geometry::Point(point)) = row.geometry else { panic!("no point") };
    (point.x(), point.y())
}

/// Places by PROJ 9.5.1 (pyproj 3.7.2, `Transformer.from_crs(…, "EPSG:4326", always_xy=True)`).
#[test]
fn layers_land_where_pyproj_says() {
    let folder = tempfile::tempdir().unwrap();
    let near = |(longitude, latitude): (f64, f64), expected: (f64, f64), what: &str| {
        let off = (longitude - expected.0).hypot(latitude - expected.1);
        assert!(off < 1e-9, "{what}: {longitude} {latitude}");
    };
    for (code, x, y, expected) in [
        (2326, 836_694.05, 819_069.8, (114.181_009_326_705, 22.310_602_433_882)),
        (2333, 19_500_000.0, 4_200_000.0, (111.0, 37.932_430_099_389)),
        (4214, 85.0, 39.0, (84.999_662_953_448, 39.000_311_806_204)),
        (4214, 109.0, 38.0, (109.000_445_702_364, 38.000_288_637_255)),
    ] {
        let text = format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":
            {{"name":"urn:ogc:def:crs:EPSG::{code}"}}}},"features":[{{"type":"Feature",
            "properties":{{"name":"a"}},"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}]}}"#
        );
        let path = folder.path().join("a.geojson");
        fs::write(&path, text).unwrap();
        near(first(&layer(&path)), expected, &format!("EPSG:{code}"));
    }
    // A shapefile, its system told by Esri's WKT without a code.
    let mut shp = std::io::Cursor::new(Vec::new());
    let points = [shapefile::Point::new(19_324_000.0, 4_210_000.0)];
    shapefile::ShapeWriter::new(&mut shp).write_shapes(&points).unwrap();
    let path = folder.path().join("a.shp");
    fs::write(&path, shp.into_inner()).unwrap();
    fs::write(folder.path().join("a.prj"), BEIJING_GK).unwrap();
    near(first(&layer(&path)), (108.996_633_531_28, 38.005_082_269_446), "shapefile");
}

/// Coordinates by PROJ 9.5.1, from pyproj 3.7.2.
#[test]
fn exports_and_maps_take_any_code() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reemap"));
        let output = command.args(args).current_dir(folder.path()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{args:?}: {err}");
        String::from_utf8(output.stdout).unwrap()
    };
    fs::write(folder.path().join("p.csv"), "name,longitude,latitude\na,114.1,22.4\n").unwrap();
    for (crs, x, y) in [
        ("EPSG:2326", "828352.234", "828971.27"),
        ("EPSG:2263", "-27722147.864", "36336784.87"),
        ("EPSG:4807", "124.178937", "24.888438"),
        ("EPSG:2435", "510243.633", "2478153.404"),
    ] {
        let csv = run(&["export", "--data", "p.csv", "--format", "csv", "--crs", crs]);
        let line = csv.lines().nth(1).unwrap();
        assert!(line.ends_with(&format!(",{x},{y},{crs}")), "{line}");
    }
    let args = ["map", "--figure", "2", "--data", "p.csv", "--crs", "EPSG:3415", "-o", "x.svg"];
    run(&args);
    let svg = fs::read_to_string(folder.path().join("x.svg")).unwrap();
    assert!(svg.contains("EPSG:3415"), "the foot names the system");
}

#[test]
fn a_projection_by_proj_holds_its_seam() {
    for (text, west) in [
        ("EPSG:8857", -180.0),
        ("+proj=eqearth +lon_0=105 +datum=WGS84", -75.0),
        ("EPSG:3832", -30.0),
        ("EPSG:4326", -180.0),
    ] {
        let projection = Projection::new(text).unwrap();
        let x = |longitude: f64| projection.project(longitude, 30.0).unwrap().0;
        assert!((projection.central - west - 180.0).abs() < 1e-9, "{text}");
        assert!(x(west) < x(west + 1.0), "{text}: the western side is west");
        assert!(x(west + 360.0) > x(west + 359.0), "{text}: the eastern side is east");
        let (east, north) = projection.project(west + 90.0, 30.0).unwrap();
        let (longitude, latitude) = projection.unproject(east, north).unwrap();
        let turn = (longitude - west - 90.0 + 180.0).rem_euclid(360.0) - 180.0;
        assert!(turn.abs() < 1e-7 && (latitude - 30.0).abs() < 1e-7, "{text}: {longitude}");
    }
}
