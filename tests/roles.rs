//! What columns mean in layers whose designated attributes stand in any order, and what a user
//! is told where it can't be told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use std::path::PathBuf;

use common::{Scratch, shared};
use reemap::dataset::gis::Kind;
use reemap::dataset::gis::roles::{Mapping, Role, Roles};
use reemap::dataset::{Collection, Dictionary};
use reemap::error::{At, Notices};
use reemap::site::{Product, Site};
use reemap::source::{self, Cell, Column, Format, Layer, Row};

/// A layer, read into memory.
struct Table {
    layer: Layer,
    rows: Vec<Row>,
}

impl Table {
    /// The layers of a file.
    fn all(path: PathBuf) -> Vec<Self> {
        let layers = source::open(path).unwrap().into_iter().flat_map(|source| source.layers);
        let table = |layer: Layer| {
            let rows = layer.rows().unwrap().map(Result::unwrap).collect();
            Table { layer, rows }
        };
        layers.map(table).collect()
    }

    /// The layer without aliases, its designated attributes under each other's names.
    fn permuted(&self, seed: u64) -> Layer {
        let mut columns = self.layer.columns.clone();
        let designated = |name: &str| name.starts_with("DsgAttr");
        let mut names: Vec<String> =
            columns.iter().map(|c| c.name.clone()).filter(|name| designated(name)).collect();
        shuffle(&mut names, seed);
        for column in &mut columns {
            column.alias = None;
            column.documented = None;
            if designated(&column.name) {
                column.name = names.pop().unwrap();
            }
        }
        let (name, at) = (&self.layer.name, self.layer.at.clone());
        Layer::in_memory(name, self.layer.format, at, columns, self.rows.clone())
    }
}

/// Fisher and Yates's, with Marsaglia's xorshift.
fn shuffle(names: &mut [String], seed: u64) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for place in (1..names.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        names.swap(place, usize::try_from(state % (place as u64 + 1)).unwrap());
    }
}

/// An id, with commodities or exports, deposit types and products.
type Found = (String, Vec<String>, Vec<String>, Vec<Product>);

/// What is read by the roles of designated attributes.
fn read(layer: &Layer, ordered: bool) -> Vec<Found> {
    read_by(&Dictionary::default(), layer, ordered)
}

fn read_by(dictionary: &Dictionary, layer: &Layer, ordered: bool) -> Vec<Found> {
    let mut collection = Collection::default();
    collection.add(layer, dictionary, &mut Notices::default()).unwrap();
    let unsettled: Vec<_> = collection.unsettled.iter().map(|open| open.error()).collect();
    assert!(unsettled.is_empty(), "{unsettled:?}");
    let ports = collection.ports.into_iter().map(|port| (port.id, port.exports, vec![], vec![]));
    let terms = |terms: &[reemap::site::Term]| terms.iter().map(ToString::to_string).collect();
    let sites = collection.sites.into_iter().map(|mut site: Site| {
        if !ordered {
            site.commodities.sort();
        }
        (site.id, terms(&site.commodities), terms(&site.deposit_types), site.products)
    });
    sites.chain(ports).collect()
}

#[test]
fn the_order_of_the_designated_attributes_has_no_say() {
    let files = [
        "africa_gis/AFR_Mineral_Facilities.geojson",
        "africa_gis/AFR_Mineral_Exploration.geojson",
        "africa_gis/AFR_Mineral_Deposits.geojson",
        "africa_gis/Africa_GIS.gdb.zip",
        "china/CHN_GIS_shape.gdb.zip",
    ];
    let context = ["Dams", "Coal", "Transmission"];
    for file in files {
        let Some(path) = shared(file) else { return };
        for table in Table::all(path) {
            let name = &table.layer.name;
            if context.iter().any(|part| name.ends_with(part)) {
                continue;
            }
            // Of columns that are filled in as many rows none can be told to be the first.
            let ordered = table.rows.len() > 100;
            let expected = read(&table.layer, ordered);
            assert!(!expected.is_empty());
            for seed in 1..=8 {
                let found = read(&table.permuted(seed), ordered);
                assert!(found == expected, "{file}, {name}, seed {seed}");
            }
        }
    }
}

#[test]
fn where_values_cannot_tell_the_mapping_given_settles_it_in_any_order() {
    let path = "africa_gis/AFR_Mineral_Facilities.geojson";
    let Some(path) = shared(path) else { return };
    let mut table = Table::all(path).remove(0);
    let commodity = table.layer.column("DsgAttr02").unwrap();
    // Commodities in a code that nobody told of.
    for row in &mut table.rows {
        let text = row.cells[commodity].text().unwrap().into_owned();
        row.cells[commodity] = Cell::Text(format!("K{}", text.len()));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roles.toml");
    let mut known: Option<Vec<Found>> = None;
    for seed in 1..=6 {
        let layer = table.permuted(seed);
        let mut collection = Collection::default();
        collection.add(&layer, &Dictionary::default(), &mut Notices::default()).unwrap();
        assert!(collection.sites.is_empty(), "seed {seed}: rows without commodity are no sites");
        let open: Vec<_> = collection.unsettled.iter().map(|open| open.role).collect();
        assert_eq!(open, [Role::Commodity], "seed {seed}");
        let error = collection.unsettled[0].error();
        let name = &layer.columns[commodity].name;
        assert!(error.to_string().contains(&format!("{name}: open; ")), "{error}");
        let blank = mapping(error.hint().unwrap());
        let filled: Vec<String> = blank
            .lines()
            .map(|line| match line.starts_with("commodity = ") {
                true => format!("commodity = \"{name}\""),
                false => line.to_owned(),
            })
            .collect();
        std::fs::write(&file, filled.join("\n")).unwrap();
        let found = read_by(&Dictionary::read(Some(&file), &[]).unwrap(), &layer, true);
        assert!(found.iter().all(|(.., products)| !products.is_empty()));
        assert!(found == *known.get_or_insert_with(|| found.clone()), "seed {seed}");
    }
}

/// Facilities whose commodities have words of their own, or whose forms stand in two columns.
fn facilities(commodity: &str, forms: [&str; 2]) -> String {
    let row = |id: u32, commodity: &str, forms: [&str; 2]| {
        format!(
            "CHN{id:03},Plant {id},Mineral Processing Plants,Active,China,{},110,{},{},{}\n",
            25 + id,
            commodity,
            forms[0],
            forms[1]
        )
    };
    let mut text = "FeatureUID,FeatureNam,FeatureTyp,LocOpStat,Country,Latitude,Longitude,\
                    DsgAttr01,DsgAttr02,DsgAttr03\n"
        .to_owned();
    text.push_str(&row(1, commodity, forms));
    text.push_str(&row(2, commodity, [forms[1], forms[0]]));
    text
}

/// The mapping that an error gives to fill in.
fn mapping(error: &str) -> String {
    let lines = error.lines().skip_while(|line| !line.trim_start().starts_with('['));
    let lines = lines.take_while(|line| !line.trim().is_empty());
    lines.map(|line| format!("{}\n", line.trim_start())).collect()
}

#[test]
fn a_commodity_that_cannot_be_told_stops_with_a_mapping_to_fill_in() {
    let scratch = Scratch::new();
    scratch.file("CHN_Mineral_Facilities.csv", &facilities("K-17", ["Oxide", "Metal"]));
    let data = ["--data", "CHN_Mineral_Facilities.csv"];
    let list = ["list", data[0], data[1]];
    for command in [&list[..], &["count", "--by", "country", data[0], data[1]]] {
        let error = scratch.fails(1, command);
        for part in ["hold the commodity", "DsgAttr01", "K-17 ×2", "aliases", "--roles roles.toml"]
        {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
    // A question about other data is answered.
    scratch.ok(&["list", data[0], data[1], "--dataset", "curated", "--limit", "3"]);

    let error = scratch.fails(1, &list);
    let blank = mapping(&error);
    assert!(blank.contains("[CHN_Mineral_Facilities]"), "{blank}");
    scratch.file("roles.toml", &blank);
    let roles = ["list", data[0], data[1], "--roles", "roles.toml"];
    let unfilled = scratch.fails(2, &roles);
    assert!(unfilled.contains("commodity") && unfilled.contains("not filled in"), "{unfilled}");

    let filled: String = blank
        .lines()
        .map(|line| match line.split_once(" = \"\"") {
            Some(("commodity", _)) => "commodity = \"DsgAttr01\"\n".into(),
            Some(("form", _)) => "form = \"DsgAttr02\"\n".into(),
            Some(_) => String::new(),
            None => format!("{line}\n"),
        })
        .collect();
    scratch.file("roles.toml", &filled);
    let listed = scratch.ok(&roles);
    assert!(listed.contains("china-gis:CHN001"), "{listed}");
    let described = scratch.ok(&["describe", data[1], "--roles", "roles.toml"]);
    let line = described.lines().find(|line| line.starts_with("commodity ")).unwrap();
    assert!(line.contains("DsgAttr01") && line.contains("mapping"), "{line}");
}

#[test]
fn a_form_that_cannot_be_told_stops_only_what_asks_for_segments() {
    let scratch = Scratch::new();
    let text = facilities("Rare Earths", ["Oxide", "Magnet"]);
    scratch.file("CHN_Mineral_Facilities.csv", &text);
    let with = |args: &[&str]| {
        let mut all = args.to_vec();
        all.extend(["--data", "CHN_Mineral_Facilities.csv"]);
        all.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>()
    };
    let ask = |args: &[&str]| {
        let args = with(args);
        scratch.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for args in [
        &["list", "--segment", "midstream"][..],
        &["count", "--by", "segment"],
        &["map", "--figure", "3", "-o", "3.svg"],
    ] {
        let run = ask(args);
        assert_eq!(run.code, 1, "{args:?}: {}{}", run.out, run.err);
        for part in ["form of product", "DsgAttr02", "DsgAttr03", "form = \"\""] {
            assert!(run.err.contains(part), "{part}: {}", run.err);
        }
    }
    assert!(!scratch.path().join("3.svg").exists());
    for args in [&["list"][..], &["count", "--by", "country"], &["explain", "CHN001"]] {
        let run = ask(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
        assert!(run.err.contains("no segment until --roles settles it"), "{}", run.err);
        // Plants, which without a word on their product would be taken for midstream.
        assert!(!run.out.contains("midstream"), "{args:?}: {}", run.out);
    }
    // The library and `describe` hold to it as the other commands do.
    let described = scratch.ok(&["describe", "CHN_Mineral_Facilities.csv"]);
    assert!(described.contains("2 sites (2 of no segment)"), "{described}");
    let page = ask(&["explain", "CHN001"]).out;
    assert!(page.contains("form of product not told"), "{page}");
    // Figures that don't ask for it are made, then the error is told.
    let run = ask(&["figures", "--only", "2,3", "--format", "svg", "--out", "out"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("figure3 is not made") && run.err.contains("form = \"\""));
    assert!(scratch.path().join("out/figure2.svg").exists());
    assert!(!scratch.path().join("out/figure3.svg").exists());

    scratch.file("roles.toml", "[Mineral_Facilities]\nform = \"DsgAttr03\"\n");
    let run = ask(&["list", "--segment", "downstream", "--roles", "roles.toml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("CHN001") && !run.out.contains("CHN002"), "{}", run.out);
}

#[test]
fn a_mapping_that_does_not_fit_is_an_error() {
    let scratch = Scratch::new();
    scratch.file("CHN_Mineral_Facilities.csv", &facilities("Rare Earths", ["Oxide", ""]));
    let list = ["list", "--data", "CHN_Mineral_Facilities.csv", "--roles", "roles.toml"];
    scratch.file("roles.toml", "[CHN_Mineral_Facilities]\nform = \"DsgAttr99\"\n");
    let error = scratch.fails(2, &list);
    assert!(error.contains("has no column DsgAttr99") && error.contains("DsgAttr02"), "{error}");
    scratch.file("roles.toml", "[CHN_Mineral_Plants]\nform = \"DsgAttr02\"\n");
    let run = scratch.run(&list);
    assert!(run.code == 0 && run.err.contains("named CHN_Mineral_Plants"), "{}", run.err);
    let error = scratch.fails(2, &["list", "--roles", "roles.toml"]);
    assert!(error.contains("--data"), "{error}");
    scratch.fails(1, &["list", "--data", "CHN_Mineral_Facilities.csv", "--roles", "no.toml"]);
}

#[test]
fn a_mapping_can_bring_in_a_table_with_names_of_its_own() {
    let scratch = Scratch::new();
    scratch.file(
        "plants.csv",
        "no,plant,land,lon,lat,makes,how\n1,Baotou,China,109.8,40.6,Rare Earths,Oxide\n",
    );
    scratch.file(
        "roles.toml",
        "[plants]\nlists = \"facilities\"\nid = \"no\"\nname = \"plant\"\ncountry = \"land\"\n\
         commodity = \"makes\"\nform = \"how\"\n",
    );
    let text = scratch.ok(&["list", "--data", "plants.csv", "--roles", "roles.toml"]);
    assert!(text.contains("china-gis:1") && text.contains("midstream"), "{text}");
}

#[test]
fn of_several_commodities_a_mapping_says_the_main_one() {
    let scratch = Scratch::new();
    scratch.file(
        "CHN_Mineral_Deposits.csv",
        "FeatureUID,FeatureNam,Country,Latitude,Longitude,DsgAttr01,DsgAttr02\n\
         CHd1,A,China,41,110,Iron,Rare Earths\nCHd2,B,China,42,110,Iron,\n",
    );
    let commodities = |args: &[&str]| {
        let args = [&["explain", "CHd1", "--data", "CHN_Mineral_Deposits.csv"], args].concat();
        let page = scratch.ok(&args);
        page.lines().find(|line| line.contains("commodities")).unwrap().trim().to_owned()
    };
    assert!(commodities(&[]).ends_with("Iron, Rare Earths"), "the column that is filled more");
    scratch.file("roles.toml", "[Mineral_Deposits]\ncommodity = [\"DsgAttr02\", \"DsgAttr01\"]\n");
    assert!(commodities(&["--roles", "roles.toml"]).ends_with("Rare Earths, Iron"));
}

#[test]
fn a_compilation_of_another_region_is_read_under_a_name_of_its_own() {
    let scratch = Scratch::new();
    let peru = facilities("Rare Earths", ["Oxide", ""]).replace("China", "Peru");
    scratch.file("LAC_Mineral_Facilities.csv", &peru);
    let list = ["list", "--data", "LAC_Mineral_Facilities.csv"];
    let text = scratch.ok(&list);
    assert!(text.contains("other-gis:CHN001"), "{text}");
    let text = scratch.ok(&[&list[..], &["--dataset", "other-gis"]].concat());
    assert!(text.contains("other-gis:CHN001"), "{text}");
}

/// FGDC metadata of one layer, as USGS writes them.
fn metadata(attributes: &[(&str, &str)]) -> String {
    let attribute = |(name, alias): &(&str, &str)| {
        format!("<attr><attrlabl>{name} [Alias: {alias}]</attrlabl><attrdef>x</attrdef></attr>")
    };
    let attributes: String = attributes.iter().map(attribute).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata><idinfo/><eainfo><detailed><enttyp>\
         <enttypl>Attribute Table</enttypl></enttyp>{attributes}</detailed></eainfo></metadata>\n"
    )
}

#[test]
fn aliases_in_metadata_beside_the_data_or_given_settle_roles() {
    let scratch = Scratch::new();
    // Neither the commodity nor which of the forms counts can be told by the values.
    scratch.file("CHN_Mineral_Facilities.csv", &facilities("K-17", ["Oxide", "Magnet"]));
    let xml = metadata(&[("DsgAttr01", "Commodity 1"), ("DsgAttr03", "Commodity Form")]);
    let described = |args: &[&str]| {
        let text = scratch.ok(&[&["describe", "CHN_Mineral_Facilities.csv"], args].concat());
        let line = |role: &str| text.lines().find(|line| line.starts_with(role)).map(str::to_owned);
        (line("commodity "), line("form of product "), text)
    };
    assert!(described(&[]).2.contains("open: commodity, form of product"));

    scratch.file("given.xml", &xml);
    std::fs::create_dir(scratch.path().join("elsewhere")).unwrap();
    let elsewhere = scratch.path().join("elsewhere/CHN_Mineral_Facilities.xml");
    std::fs::write(&elsewhere, &xml).unwrap();
    for beside in [false, true] {
        let (commodity, form, text) = if beside {
            // A folder that is named for metadata is looked into.
            std::fs::rename(scratch.path().join("elsewhere"), scratch.path().join("Metadata"))
                .unwrap();
            described(&[])
        } else {
            described(&["--metadata", "elsewhere"])
        };
        let commodity = commodity.unwrap();
        assert!(commodity.contains("DsgAttr01 [Commodity 1]"), "{commodity}");
        assert!(commodity.contains("metadata"), "{commodity}");
        assert!(form.unwrap().contains("DsgAttr03 [Commodity Form]"), "{text}");
        assert!(text.contains("CHN_Mineral_Facilities.xml"), "the file is an input: {text}");
    }
    // USGS's zips unpack to folders side by side.
    let unpacked = scratch.path().join("SI_CHN_GIS_Data-Level_Metadata");
    std::fs::rename(scratch.path().join("Metadata"), unpacked).unwrap();
    std::fs::create_dir(scratch.path().join("CHN_GIS")).unwrap();
    scratch.file("CHN_GIS/CHN_Mineral_Facilities.csv", &facilities("K-17", ["Oxide", "Magnet"]));
    let text = scratch.ok(&["describe", "CHN_GIS/CHN_Mineral_Facilities.csv"]);
    assert!(text.contains("DsgAttr01 [Commodity 1]"), "{text}");
    // One for another layer is told, one that is none is an error.
    let other = ["describe", "CHN_Mineral_Facilities.csv", "--metadata", "given.xml"];
    assert!(scratch.run(&other).err.contains("describes no layer that was read"));
    scratch.file("empty.xml", "<metadata></metadata>");
    let error = scratch.fails(1, &["describe", "given.xml", "--metadata", "empty.xml"]);
    assert!(error.contains("aliases"), "{error}");
}

#[test]
fn of_few_rows_each_role_is_read_right_or_left_open() {
    let Some(path) = shared("africa_gis/AFR_Mineral_Facilities.geojson") else { return };
    let table = &Table::all(path)[0];
    let truth = [
        (Role::Group, "DsgAttr01"),
        (Role::Commodity, "DsgAttr02"),
        (Role::Form, "DsgAttr03"),
        (Role::Capacity, "DsgAttr07"),
        (Role::Unit, "DsgAttr08"),
        (Role::SharedWith, "DsgAttr10"),
    ];
    let column = |name: &str| table.layer.column(name).unwrap();
    let (mut right, mut open) = (0, 0);
    for size in [5, 10, 20, 50] {
        for seed in 1..=50 {
            let start = seed * 7919 % (table.rows.len() - size);
            let permuted = table.permuted(seed as u64);
            let rows = table.rows[start..start + size].to_vec();
            let layer = Layer::in_memory(
                &permuted.name,
                permuted.format,
                permuted.at.clone(),
                permuted.columns.clone(),
                rows,
            );
            let roles = Roles::settle(&layer, Kind::Facility, &Mapping::default()).unwrap();
            for (role, name) in truth {
                match roles.one(role) {
                    None => open += 1,
                    Some(found) => {
                        let found = &table.layer.columns[found].name;
                        assert_eq!(found, name, "{}, {size} rows, seed {seed}", role.name());
                        right += 1;
                    }
                }
            }
            assert!(!roles.has(Role::ProductNote), "Africa has none");
            assert_eq!(roles.one(Role::Id), Some(column("FeatureUID")));
        }
    }
    assert!(right > 4 * open, "{right} right, {open} open");
}

/// A layer of facilities, a row for each of the products: commodity, form, note, capacity, unit,
/// further columns.
fn layer_of(columns: &[(&str, &str)], products: &[&[&str]]) -> Layer {
    let official = ["FeatureUID", "FeatureNam", "FeatureTyp", "Country", "Latitude", "Longitude"];
    let columns = official
        .iter()
        .map(|name| (*name, ""))
        .chain(columns.iter().copied())
        .map(|(name, alias)| Column {
            name: name.into(),
            alias: Some(alias.to_owned()).filter(|alias| !alias.is_empty()),
            ..Column::default()
        })
        .collect();
    let rows = products.iter().enumerate().map(|(index, product)| {
        let id = format!("CHN{index:03}");
        let latitude = (20 + index).to_string();
        let official = [&id, "A", "Mineral Processing Plants", "China", &latitude, "110"];
        let cells = official.iter().chain(*product).map(|text| Cell::Text((*text).into()));
        Row { number: index as u64 + 2, cells: cells.collect(), geometry: None }
    });
    let at = At::file("CHN_Mineral_Facilities.csv");
    Layer::in_memory("CHN_Mineral_Facilities", Format::Csv, at, columns, rows.collect())
}

const PLAIN: [(&str, &str); 5] =
    [("DsgAttr01", ""), ("DsgAttr02", ""), ("DsgAttr03", ""), ("DsgAttr04", ""), ("DsgAttr05", "")];

/// Which column has each of some roles.
fn columns_of(layer: &Layer) -> [Option<&str>; 5] {
    let roles = Roles::settle(layer, Kind::Facility, &Mapping::default()).unwrap();
    [Role::Commodity, Role::Form, Role::ProductNote, Role::Capacity, Role::Unit]
        .map(|role| roles.one(role).map(|index| layer.columns[index].name.as_str()))
}

#[test]
fn remarks_on_products_are_told_from_their_form() {
    let rows: [&[&str]; 4] = [
        &["Rare Earths", "Oxide", "Separated; feedstock for magnets", "5", "kmt"],
        &["Rare Earths", "Alloy", "NdFeB magnets", "7", "kmt"],
        &["Cement", "Clinker", "", "-999", ""],
        &["Copper", "Concentrate", "Metal recovered elsewhere", "3", "mt"],
    ];
    let all = ["DsgAttr01", "DsgAttr02", "DsgAttr03", "DsgAttr04", "DsgAttr05"].map(Some);
    assert_eq!(columns_of(&layer_of(&PLAIN, &rows)), all);
    // A form in codes is not replaced by a remark that speaks of forms.
    let codes = rows.map(|row| [row[0], "X1", row[2], row[3], row[4]]);
    let codes: Vec<&[&str]> = codes.iter().map(<[&str; 5]>::as_slice).collect();
    let layer = layer_of(&PLAIN, &codes);
    assert_eq!(columns_of(&layer)[1..3], [None, None]);
    let roles = Roles::settle(&layer, Kind::Facility, &Mapping::default()).unwrap();
    assert_eq!(roles.open()[0], Role::Form);
}

#[test]
fn being_filled_in_a_few_more_rows_decides_nothing() {
    let rows: [&[&str]; 4] = [
        &["Rare Earths", "Oxide", "Magnet", "5", "30"],
        &["Rare Earths", "Alloy", "Metal", "7", "20"],
        &["Copper", "Refined", "Metal", "-999", "10"],
        &["Copper", "Concentrate", "", "-999", "-999"],
    ];
    let layer = layer_of(&PLAIN, &rows);
    let [commodity, form, note, capacity, _] = columns_of(&layer);
    assert_eq!((commodity, form, note, capacity), (Some("DsgAttr01"), None, None, None));
}

#[test]
fn an_alias_that_the_values_belie_is_overruled_and_told() {
    let rows: [&[&str]; 3] = [
        &["Oxide", "Rare Earths", "Y", "5", "CHN001"],
        &["Magnet", "Rare Earths", "N", "7", ""],
        &["Concentrate", "Copper", "N", "9", "CHN000"],
    ];
    let columns = [
        ("DsgAttr01", "Commodity"),
        ("DsgAttr02", "Commodity Form"),
        ("DsgAttr03", "Shared Capacity"),
        ("DsgAttr04", "Annual Capacity"),
        ("DsgAttr05", "Facilities"),
    ];
    let layer = layer_of(&columns, &rows);
    let [commodity, form, ..] = columns_of(&layer);
    assert_eq!((commodity, form), (Some("DsgAttr02"), Some("DsgAttr01")));
    let roles = Roles::settle(&layer, Kind::Facility, &Mapping::default()).unwrap();
    assert_eq!(roles.one(Role::SharedWith), layer.column("DsgAttr05"));
    let notes = roles.notes().join("; ");
    assert!(notes.contains("DsgAttr01: its alias says that it is the commodity"), "{notes}");
    assert!(!notes.contains("DsgAttr03"), "a flag is about the capacity: {notes}");
}

#[test]
fn a_mapping_that_the_values_belie_counts_and_is_told() {
    let scratch = Scratch::new();
    scratch.file("CHN_Mineral_Facilities.csv", &facilities("Rare Earths", ["Oxide", "x"]));
    let swapped = "[Mineral_Facilities]\ncommodity = \"DsgAttr02\"\nform = \"DsgAttr01\"\n";
    scratch.file("roles.toml", swapped);
    let run = scratch.run(&[
        "count",
        "--by",
        "segment",
        "--data",
        "CHN_Mineral_Facilities.csv",
        "--roles",
        "roles.toml",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("DsgAttr02: taken for the commodity by mapping, though"),
        "{}",
        run.err
    );
}

#[test]
fn capacities_with_commas_are_read_and_those_that_are_none_are_told() {
    let rows: [&[&str]; 4] = [
        &["Rare Earths", "Oxide", "", "40,000", "mt"],
        &["Rare Earths", "Alloy", "", "1,250.5", "mt"],
        &["Copper", "Refined", "", "300", "mt"],
        &["Copper", "Metal", "", "large", "mt"],
    ];
    let mut collection = Collection::default();
    let mut notices = Notices::default();
    collection.add(&layer_of(&PLAIN, &rows), &Dictionary::default(), &mut notices).unwrap();
    let capacities: Vec<_> = collection.sites.iter().map(|s| s.products[0].capacity).collect();
    assert_eq!(capacities, [Some(40_000.0), Some(1250.5), Some(300.0), None]);
    assert_eq!(notices.skipped.len(), 1, "{:?}", notices.skipped);
    assert!(notices.skipped[0].contains("column DsgAttr04: the capacity \"large\""));
}

#[test]
fn a_layer_named_like_an_official_one_is_one_whatever_its_columns() {
    let scratch = Scratch::new();
    let spelt = facilities("Rare Earths", ["Oxide", "x"])
        .replace("FeatureUID,FeatureNam", "Feature_UID,Feature_Name");
    scratch.file("CHN_Mineral_Facilities.csv", &spelt);
    let list = ["list", "--data", "CHN_Mineral_Facilities.csv"];
    assert!(scratch.ok(&list).contains("china-gis:CHN001"));
    let own = spelt.replace("Feature_UID", "Nr");
    scratch.file("CHN_Mineral_Facilities.csv", &own);
    let error = scratch.fails(1, &list);
    assert!(
        error.contains("hold the id") && error.contains("id = \"\"  # open; one of Nr"),
        "{error}"
    );
    let roles = mapping(&error).replace("id = \"\"", "id = \"Nr\"");
    let roles = roles.replace("form = \"\"", "# form");
    scratch.file("roles.toml", &roles);
    assert!(scratch.ok(&[&list[..], &["--roles", "roles.toml"]].concat()).contains("CHN001"));
}

#[test]
fn rows_of_one_facility_a_few_metres_apart_are_one_site() {
    let row = |id: &str, latitude: &str, form: &str| {
        format!("{id},A,Mineral Processing Plants,China,{latitude},110,Rare Earths,{form}\n")
    };
    let scratch = Scratch::new();
    let text = [
        "FeatureUID,FeatureNam,FeatureTyp,Country,Latitude,Longitude,DsgAttr01,DsgAttr02\n".into(),
        row("CHN001", "25", "Oxide"),
        row("CHN001", "25.000005", "Metal"),
        row("CHN001", "26", "Magnet"),
    ];
    scratch.file("CHN_Mineral_Facilities.csv", &text.concat());
    let run = scratch.run(&["count", "--by", "segment", "--data", "CHN_Mineral_Facilities.csv"]);
    assert!(
        run.out.contains("midstream       1") && run.out.contains("downstream      1"),
        "{}",
        run.out
    );
    assert!(run.err.contains("1 more sites than ids"), "{}", run.err);
}

#[test]
fn describe_shows_the_products_of_rare_earths_and_a_mapping_of_each_layer() {
    let Some(stand_in) = shared("china/CHN_GIS_shape.gdb.zip") else { return };
    let scratch = Scratch::new();
    let path = stand_in.to_str().unwrap();
    let text = scratch.ok(&["describe", path]);
    let row =
        |line: &&str| line.trim_start().starts_with("17  upstream") && line.contains("Concentrate");
    assert!(text.lines().any(|line| row(&line)), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&scratch.ok(&["describe", path, "--format", "json"])).unwrap();
    let stated = json["layers"][0]["reading"]["rare_earths"].as_array().unwrap();
    let products: u64 = stated.iter().map(|stated| stated["products"].as_u64().unwrap()).sum();
    assert_eq!(products, 30, "the rows whose commodity is rare earths");
    // What columns were taken for stands beside what was made from them.
    scratch.ok(&["figures", "--only", "3", "--format", "svg", "--data", path, "--out", "out"]);
    let summary = scratch.read("out/summary.md");
    assert!(summary.contains("form: DsgAttr02 (alias)"), "{summary}");
    let manifest: serde_json::Value =
        serde_json::from_str(&scratch.read("out/manifest.json")).unwrap();
    let columns = manifest["tables"][0]["columns"].as_array().unwrap();
    assert!(columns.contains(&"commodity: DsgAttr01 (alias)".into()), "{columns:?}");
    // Two geodatabases with layers of the same names give a file that can be read.
    let folder = scratch.path().join("two");
    std::fs::create_dir(&folder).unwrap();
    for name in ["a.zip", "b.zip"] {
        std::fs::copy(&stand_in, folder.join(name)).unwrap();
    }
    scratch.ok(&["describe", "two", "--format", "roles", "-o", "roles.toml"]);
    scratch.ok(&["list", "--data", "two", "--roles", "roles.toml"]);
}
