//! Context: layers without sites, from the file to the picture.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;

use std::process::{Command, Output};

use common::shared;
use reemap::classify::Rules;
use reemap::dataset::context::{self, ContextLayer, Kind};
use reemap::dataset::{self, Collection, Dictionary};
use reemap::error::Notices;
use reemap::figure::spec::Figure;
use reemap::figure::{self, Material, Picture};
use reemap::place::Gazetteer;
use reemap::site::Dataset;
use resvg::tiny_skia::{PathSegment, Point, Rect};
use resvg::usvg;
use tempfile::TempDir;

/// Files for one test.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Files(folder)
    }

    fn read(&self) -> (Collection, Notices) {
        let mut notices = Notices::default();
        let collection =
            dataset::read(&[self.0.path().to_path_buf()], &Dictionary::default(), &mut notices)
                .unwrap();
        (collection, notices)
    }

    /// The layers that the names mean, read.
    fn layers(&self, names: &[&str]) -> (Vec<ContextLayer>, Notices) {
        let (collection, mut notices) = self.read();
        let names = names.iter().copied();
        let layers = context::read(&collection.context, names, &mut notices).unwrap();
        (layers, notices)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reemap"));
        command.args(args).current_dir(self.0.path()).output().unwrap()
    }
}

fn collection(features: &[(&str, &str)]) -> String {
    let features: Vec<String> = features
        .iter()
        .map(|(properties, geometry)| {
            format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
        })
        .collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn line(coordinates: &str) -> String {
    format!(r#"{{"type":"LineString","coordinates":{coordinates}}}"#)
}

fn square(west: f64, south: f64, size: f64) -> String {
    let (east, north) = (west + size, south + size);
    let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    let ring: Vec<String> = ring.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
    format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, ring.join(","))
}

/// A file of the family for each of its shapes.
fn compilation() -> Files {
    let dams = "name,ADMIN1,latitude,longitude\nThree Gorges,Hubei,30.823,111.003\nAnkang,Shaanxi,\
                32.6,108.9\nLost,Hubei,,\n";
    let lines = collection(&[
        (r#"{"FeatureUID":"CHNt1"}"#, &line("[[110,40],[116,40]]")),
        (r#"{"FeatureUID":"CHNt2"}"#, "null"),
    ]);
    let coal = collection(&[(r#"{"FeatureNam":"Ordos"}"#, &square(107.0, 37.0, 3.0))]);
    let coal = coal.replacen(
        '{',
        r#"{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4214"}},"#,
        1,
    );
    Files::new(&[
        ("CHN_Infra_Dams.csv", dams.into()),
        ("chn_infra_power_transmision.geojson", lines),
        ("CHN_Mineral_Resources_Coal.geojson", coal),
    ])
}

/// Figures as the program draws them from the embedded catalogue, with context.
fn draw(name: &str, layers: &[ContextLayer], toml: &str) -> reemap::Result<Picture> {
    let mut catalogue = dataset::embedded(|_| true).unwrap();
    let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
    catalogue.sites.iter_mut().for_each(|site| rules.classify(site));
    gazetteer.locate(&mut catalogue.sites);
    let mut figure = Figure::open(name).unwrap();
    figure.context = Figure::parse(&format!("title = \"x\"\n{toml}"), "test")?.context;
    let material = Material {
        sites: &catalogue.sites,
        ports: &catalogue.ports,
        context: layers,
        gazetteer,
        rules_version: "test",
    };
    figure::draw(&figure, &material)
}

fn words(picture: &Picture) -> Vec<String> {
    picture.scene.texts().iter().map(|text| text.text.clone()).collect()
}

/// The paths of a group on the page, as straight pieces.
fn pieces(picture: &Picture, group: &str) -> Vec<[Point; 2]> {
    let tree = usvg::Tree::from_str(&picture.scene.svg(), &usvg::Options::default()).unwrap();
    let node = tree.node_by_id(group).unwrap_or_else(|| panic!("no {group}"));
    let usvg::Node::Group(group) = node else { panic!("{group} is no group") };
    let mut pieces = Vec::new();
    for node in group.children() {
        let usvg::Node::Path(path) = node else { continue };
        let path = path.data().clone().transform(path.abs_transform()).unwrap();
        let mut last = Point::zero();
        for segment in path.segments() {
            match segment {
                PathSegment::MoveTo(to) => last = to,
                PathSegment::LineTo(to) => {
                    pieces.push([last, to]);
                    last = to;
                }
                _ => {}
            }
        }
    }
    pieces
}

/// The rectangle around the pieces.
fn bounds(pieces: &[[Point; 2]]) -> Rect {
    let ends = || pieces.iter().flatten();
    let least = |of: fn(&Point) -> f32| ends().map(of).fold(f32::INFINITY, f32::min);
    let most = |of: fn(&Point) -> f32| ends().map(of).fold(f32::NEG_INFINITY, f32::max);
    Rect::from_ltrb(least(|p| p.x), least(|p| p.y), most(|p| p.x), most(|p| p.y)).unwrap()
}

#[test]
fn layers_without_sites_are_kept_unread_and_told_in_a_line() {
    let (collection, notices) = compilation().read();
    assert!(collection.sites.is_empty() && collection.tables.is_empty());
    let kinds: Vec<(Kind, Option<Dataset>, bool)> = collection
        .context
        .iter()
        .map(|one| (one.origin.kind, one.origin.dataset, one.aside))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::Dams, Some(Dataset::ChinaGis), true),
            (Kind::ResourceTracts, Some(Dataset::ChinaGis), true),
            (Kind::TransmissionLines, Some(Dataset::ChinaGis), true),
        ]
    );
    // Neither the datum of a layer that is not drawn, nor its broken rows, are anyone's concern.
    assert!(notices.notes.is_empty() && notices.skipped.is_empty(), "{notices:?}");
    let told = context::left_aside(&collection.context, &[]);
    assert_eq!(told.len(), 3, "a line a file: {told:?}");
    assert!(told[0].contains("(dams)") && told[0].contains("--context"), "{told:?}");
}

#[test]
fn a_layer_is_read_by_geometry_or_columns_in_its_own_system() {
    let (layers, notices) = compilation().layers(&["dams", "COAL", "transmission lines"]);
    let counts: Vec<usize> = layers.iter().map(|layer| layer.features.len()).collect();
    assert_eq!(counts, [2, 1, 1]);
    assert_eq!(layers[0].features[0].name.as_deref(), Some("Three Gorges"));
    let geo::Geometry::Polygon(ordos) = &layers[1].features[0].geometry else { panic!() };
    let corner = ordos.exterior().0[0];
    let moved = (corner.x - 107.0).hypot(corner.y - 37.0);
    assert!((1e-5..0.01).contains(&moved), "Beijing 1954 is not WGS 84: {corner:?}");
    assert!(notices.notes.iter().any(|note| note.contains("Beijing 1954")), "{notices:?}");
    // The dam without coordinates and the line without geometry.
    assert_eq!(notices.skipped.len(), 2, "{notices:?}");
}

#[test]
fn a_datum_is_told_of_context_that_is_drawn_by_geometry_where_it_shows() {
    let point = r#"{"type":"Point","coordinates":[111,31]}"#;
    let degrees = r#"{"name":"a","longitude":111.003,"latitude":30.823}"#;
    let area = square(107.0, 37.0, 3.0);
    for (system, properties, shape, told) in [
        (4214, r#"{"name":"a"}"#, point, true),
        (4214, degrees, point, false),
        (4214, degrees, &*area, true),
        (4490, r#"{"name":"a"}"#, point, false),
    ] {
        let crs = format!(r#"{{"crs":{{"type":"name","properties":{{"name":"EPSG:{system}"}}}},"#);
        let dams = collection(&[(properties, shape)]).replacen('{', &crs, 1);
        let files = Files::new(&[("CHN_Infra_Dams.geojson", dams)]);
        let (layers, notices) = files.layers(&["dams"]);
        assert_eq!(layers[0].features.len(), 1);
        let noted = notices.notes.iter().any(|note| note.contains("coordinates are on"));
        assert_eq!(noted, told, "{system} {properties}: {notices:?}");
    }
}

#[test]
fn a_port_with_a_row_for_each_commodity_is_drawn_once() {
    let columns = "FeatureUID,FeatureNam,Country,DsgAttr01,DsgAttr03,Latitude,Longitude\n";
    let rows = "CHNp01,Tianjin,China,P1,Steel,38.97,117.73\nCHNp01,Tianjin,China,P2,Coal,38.97,\
                117.73\n";
    let files = Files::new(&[("CHN_Infra_Transport_Ports.csv", format!("{columns}{rows}"))]);
    let (layers, _) = files.layers(&["ports"]);
    assert_eq!(layers[0].features.len(), 1);
    assert_eq!(files.read().0.ports.len(), 1, "and stays a port");
}

#[test]
fn context_lies_below_the_sites_and_is_told_in_key_and_foot() {
    let (layers, _) = compilation().layers(&["dams", "coal", "transmission-lines"]);
    let toml = "[[context]]\nlayer = \"dams\"\n[[context]]\nlayer = \"resource-tracts\"\nlabel = \
                \"coal basins\"\n[[context]]\nlayer = \"transmission-lines\"\ncolor = \"#112233\"\n";
    let picture = draw("2", &layers, toml).unwrap();
    let plain = draw("2", &[], "").unwrap();
    let svg = picture.scene.svg();
    assert_eq!(svg, draw("2", &layers, toml).unwrap().scene.svg(), "the same again");
    let place = |text: &str| svg.find(text).unwrap_or_else(|| panic!("no {text}"));
    let order = [
        "id=\"main-base\"",
        "id=\"context-coal-basins-areas-main\"",
        "id=\"context-dams-points-main\"",
        "id=\"context-power-transmission-lines-lines-main\"",
        "id=\"main-ports\"",
        "id=\"main-sites\"",
        "id=\"main-labels\"",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{order:?}");
    assert!(svg.contains("stroke=\"#112233\""));
    assert!(svg.contains("<title>Three Gorges: dams</title>"));
    let base = svg.split("id=\"main-base\"").nth(1).unwrap();
    let (areas, border) =
        (base.find("context-coal-basins").unwrap(), base.find("#8d8a83").unwrap());
    assert!(areas < border, "borders lie above areas");

    let told = words(&picture);
    for entry in ["dams (2)", "coal basins (1)", "power transmission lines"] {
        assert!(told.iter().any(|text| text == entry), "{entry}: {told:?}");
    }
    let foot = told.join(" ");
    for part in ["CHN_Infra_Dams.csv", "CHN_Mineral_Resources_Coal.geojson", "10.5066/P9HK2K8I"] {
        assert!(foot.contains(part), "{part}: {foot}");
    }
    assert_eq!(picture.counts.context["dams"], 2);
    assert_eq!(picture.counts.drawn, plain.counts.drawn, "sites are what they were");
    assert!(!plain.scene.svg().contains("context-"));
}

#[test]
fn shapes_are_cut_at_the_maps_edge_and_the_antimeridian() {
    let areas = collection(&[("{}", &square(60.0, 5.0, 60.0))]);
    let cable = collection(&[("{}", &line("[[150,40],[179,45],[-170,46],[-140,44]]"))]);
    let files = Files::new(&[("areas.geojson", areas), ("cable.geojson", cable)]);
    let (layers, _) = files.layers(&["areas", "cable"]);
    let toml = "[[context]]\nlayer = \"areas\"\n[[context]]\nlayer = \"cable.geojson\"\n";

    let china = draw("2", &layers, toml).unwrap();
    let all = bounds(&pieces(&china, "context-areas-areas-main"));
    let tree = usvg::Tree::from_str(&china.scene.svg(), &usvg::Options::default()).unwrap();
    let usvg::Node::Group(main) = tree.node_by_id("main-map").unwrap() else { panic!() };
    // The map's first path is its sea, as large as its frame.
    let sea = main.children()[0].abs_bounding_box();
    assert!(
        all.left() >= sea.left() - 0.02
            && all.right() <= sea.right() + 0.02
            && all.top() >= sea.top() - 0.02
            && all.bottom() <= sea.bottom() + 0.02,
        "{all:?} in {sea:?}"
    );
    assert_eq!(china.counts.context["cable"], 0, "outside China");
    assert!(china.scene.svg().contains("context-areas-areas-lens1"), "lenses show it too");

    let world = draw("7", &layers, toml).unwrap();
    let cable = pieces(&world, "context-cable-lines-main");
    let around = bounds(&cable);
    assert!(around.width() > 400.0, "it comes to both edges: {around:?}");
    let longest = cable.iter().map(|[a, b]| (a.x - b.x).hypot(a.y - b.y)).fold(0.0, f32::max);
    assert!(longest < 100.0, "no streak across the map: {longest}");
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let files = compilation();
    let (collection, mut notices) = files.read();
    let error = context::read(&collection.context, ["ports"], &mut notices).unwrap_err();
    assert_eq!(error.to_string(), "no layer of ports is among the data given");
    let hint = error.hint().unwrap();
    for part in ["--data", "dams (CHN_Infra_Dams)", "resource-tracts", "transmission-lines"] {
        assert!(hint.contains(part), "{hint}");
    }
    let error = draw("2", &[], "[[context]]\nlayer = \"roads\"\n").err().unwrap();
    assert!(error.to_string().contains("\"roads\""), "{error}");
    for (toml, part) in [
        ("[[context]]\nlayer = \"dams\"\ncolour = \"#000000\"\n", "colour"),
        ("[[context]]\nlayer = \"dams\"\ncolor = \"red\"\n", "\"red\" is no colour"),
        ("[[context]]\nlabel = \"dams\"\n", "layer"),
    ] {
        let error = Figure::parse(&format!("title = \"x\"\n{toml}"), "test").unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// Two mines beside lines of which one row is broken.
fn mines_and_lines() -> Files {
    let lines = collection(&[("{}", &line("[[100,30],[110,35]]")), ("{}", "null")]);
    let mines = "name,lon,lat\nA,115,25\nB,101,30\n";
    Files::new(&[("mines.csv", mines.into()), ("lines.geojson", lines)])
}

#[test]
fn only_a_map_that_names_a_layer_reads_it() {
    let files = mines_and_lines();
    let counted = files.run(&["--strict", "count", "--by", "dataset", "--data", "."]);
    let said = String::from_utf8(counted.stderr).unwrap();
    assert!(counted.status.success(), "lines are a note beside points: {said}");
    assert!(said.contains("lines.geojson: 1 layer holds no sites (lines)"), "{said}");

    let map = |more: &[&str]| {
        let args = ["map", "--figure", "2", "--data", ".", "-o", "x.svg"];
        let run = files.run(&[&args, more].concat());
        (run.status.code().unwrap(), String::from_utf8(run.stderr).unwrap())
    };
    let (code, said) = map(&["--context", "lines"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 row was left out") && !said.contains("holds no sites"), "{said}");
    assert_eq!(map(&["--context", "lines", "--strict"]).0, 1);
    let (code, said) = map(&["--context", "dams"]);
    assert_eq!(code, 1);
    assert!(said.contains("the data given hold lines, mines"), "{said}");
}

#[test]
fn files_of_context_alone_go_with_the_embedded_sites() {
    let files = Files::new(&[("tracts.geojson", collection(&[("{}", &square(100.0, 30.0, 5.0))]))]);
    let data = ["--data", "tracts.geojson"];
    let args = ["map", "--figure", "2", "--context", "tracts", "-o", "x.svg"];
    let run = files.run(&[&args[..], &data].concat());
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{said}");
    assert!(said.contains("embedded catalogue"), "{said}");
    let svg = fs::read_to_string(files.0.path().join("x.svg")).unwrap();
    assert!(svg.contains("59 records of mines") && svg.contains(">tracts (1)<"));

    let run = files.run(&[&["count", "--by", "country"][..], &data].concat());
    assert_eq!(run.status.code(), Some(1), "there is nothing to count");
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("hold no sites") && said.contains("--context"), "{said}");
}

#[test]
fn figure_3_from_the_geodatabase_names_the_layers_it_used() {
    let Some(geodatabase) = shared("china/CHN_GIS_shape.gdb.zip") else { return };
    let data = geodatabase.display().to_string();
    let map = |more: &[&str]| {
        let files = Files::new(&[]);
        let args = ["map", "--figure", "3", "--data", &data, "-o", "x.svg"];
        let run = files.run(&[&args, more].concat());
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.success(), "{said}");
        (fs::read_to_string(files.0.path().join("x.svg")).unwrap(), said)
    };
    let (svg, said) = map(&[]);
    let expected = "Sites and ports: CHN_Mineral_Facilities, CHN_Infra_Transport_Ports of \
                    CHN_GIS_shape.gdb.zip; the curated plants and ports are left out beside them.";
    assert!(svg.contains(expected), "{svg}");
    assert!(!said.contains("Beijing"), "no layer of that datum is drawn: {said}");
    let aside = said.lines().filter(|line| line.contains("hold no sites"));
    assert_eq!(aside.count(), 1, "{said}");

    let (svg, said) = map(&["--context", "coal", "--context", "transmission-lines"]);
    assert!(svg.contains("id=\"context-coal-tracts-areas-main\""));
    assert!(svg.contains("id=\"context-power-transmission-lines-lines-main\""));
    assert!(svg.contains(
        "Context: CHN_Mineral_Resources_Coal, CHN_Infra_Power_Transmission of \
         CHN_GIS_shape.gdb.zip."
    ));
    assert!(said.contains("Beijing 1954"), "{said}");
}
