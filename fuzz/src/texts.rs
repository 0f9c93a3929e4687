//! Texts that people write: coordinate systems, notes, filters, and files that go with the data.

use std::borrow::Cow;

use reemap::crs::{self, System};
use reemap::dataset::{self, Collection, Corrections, Dictionary, Reading};
use reemap::figure::projection::Projection;
use reemap::link::Reviewed;
use reemap::property::Value;
use reemap::resource;
use reemap::select::cql2::{self, Filter};
use reemap::site::{Fact, Site};
use reemap::{Notices, source};

use super::files::{joined, parts, with};
use super::layers::{rules, told};
use super::texts as of_texts;

pub fn crs(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (name, _) = (crs::name(text), source::crs::recognise(text));
    assert!(name.len() <= text.len());
    for system in [System::parse(text), System::stated(text)].into_iter().flatten() {
        let _ = (system.urn(), system.projjson());
        let again = System::stated(&system.id()).expect("what it is known by is known");
        assert_eq!(again.is_wgs84(), system.is_wgs84(), "{}", system.id());
        let Ok(transform) = system.transform() else { continue };
        for longitude in [-180.0, -75.3, 0.0, 109.97, 180.0] {
            for latitude in [-90.0, -33.1, 0.0, 41.8, 90.0] {
                if let Ok((x, y)) = transform.forward(longitude, latitude) {
                    assert!(x.is_finite() && y.is_finite(), "{text}: {x}, {y}");
                    let _ = transform.inverse(x, y);
                }
                let _ = transform.inverse(longitude, latitude);
            }
        }
    }
    if let Ok(projection) = Projection::new(text) {
        let _ = projection.project(109.97, 41.8).map(|(x, y)| projection.unproject(x, y));
        let _ = Projection::for_box(text, [170.0, -10.0, -170.0, 10.0]);
    }
}

pub fn crs_seeds() -> Vec<Vec<u8>> {
    of_texts(&[
        "EPSG:4326",
        "32649",
        "urn:ogc:def:crs:EPSG::4490",
        "http://www.opengis.net/def/crs/EPSG/0/3857",
        "ESRI:102025",
        "albers-china",
        "+proj=laea +lat_0=35 +lon_0=105 +datum=WGS84 +units=m",
        "+proj=utm +zone=49 +south +ellps=krass +towgs84=15.8,-154.4,-82.3",
        "+proj=longlat +a=6378140 +b=6356755 +pm=paris +no_defs",
        "+proj=lcc +lat_1=25 +lat_2=47 +lon_0=105 +x_0=500000 +to_meter=0.3048",
        r#"PROJCS["Beijing_1954_GK_Zone_19",GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",19500000.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],UNIT["Meter",1.0]]"#,
        r#"PROJCRS["WGS 84 / UTM zone 49N",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]]],CONVERSION["UTM zone 49N",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Longitude of natural origin",111,ANGLEUNIT["degree",0.0174532925199433]]],CS[Cartesian,2],AXIS["(E)",east],LENGTHUNIT["metre",1],ID["EPSG",32649]]"#,
        r#"{"type":"GeographicCRS","name":"WGS 84","id":{"authority":"EPSG","code":4326}}"#,
    ])
}

/// The first byte chooses the column.
pub fn notes(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let column = dataset::global_ree::NOTES[usize::from(*choice) % 4];
    let (facts, _) = rules().parse_note(column, text);
    let written = Fact::join(&facts);
    assert_eq!(Fact::split(&written).expect("what is written is read"), facts, "{written}");
    if let Ok(facts) = Fact::split(text) {
        let written = Fact::join(&facts);
        assert_eq!(Fact::split(&written).expect("what is written is read"), facts, "{written}");
    }
    let _ = (rules().mineral(text), rules().is_rare_earth(text));
}

pub fn notes_seeds() -> Vec<Vec<u8>> {
    of_texts(&[
        "0HREO is up to 14 % of TREO",
        "0Y2O3 0.8%, Dy > 325 ppm in xenotime; HREE-enriched (?)",
        "1LREE dominant, form as much as 97 percent of REE",
        "1Ce+La+Nd = 90-95 % of total REO",
        "2LREE/HREE = 8.4",
        "2La/Yb ~ 1,325; Ce/Y: .05–0.7",
        "3519–1139 ppm TREE; Ce, Y",
        "0elements Y (?); ratio 8.4; content TREE 0.64–2.22 %",
    ])
}

/// The first byte chooses the column of the first part; the parts after it are of those after it.
pub fn resources(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let columns = resource::COLUMNS.iter().cycle().skip(usize::from(*choice) % 16);
    let cells = columns.map(|(name, _)| *name).zip(parts(text.as_bytes()));
    let cells: Vec<(&str, &[u8])> = cells.take(16).collect();
    let cell = |name: &str| {
        let (_, text) = cells.iter().find(|(column, _)| *column == name)?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let mut read = resource::read(cell).expect("the vocabulary");
    let _ = (read.treo(), read.treo_grade(), read.texts());
    // References and reasons are texts of the source, which may hold what parts entries.
    read.estimates.iter_mut().for_each(|estimate| estimate.references.clear());
    read.estimates.retain(|estimate| {
        estimate.year.is_some() || estimate.code.is_some() || !estimate.figures.is_empty()
    });
    read.unread.clear();
    let fields = read.fields();
    let again = resource::from_fields(fields.each_ref().map(String::as_str));
    assert_eq!(again.expect("what is written is read"), read, "{fields:?}");
}

pub fn resources_seeds() -> Vec<Vec<u8>> {
    let several = |choice: &[u8], cells: &[&[u8]]| [choice, &joined(cells)].concat();
    let mut seeds = of_texts(&[
        "01) 57.4 resource; 2) 135 total prospective reserve, 43.5 industrial reserve",
        "1>1.45 estimated; ~1.2–3 Mt proven + probable",
        "34.1% TREO, 0.13 Y2O3 (cutoff 1 %)",
    ]);
    seeds.push(several(b"0", &[b"1) 10; 2) 20", b"1) 0.5; 2) 1", b"1) 5; 2) 5", b"1,000 ppm"]));
    seeds
        .push(several(b"<", &[b"1) 2005; 2) 2011", b"1) A (2005); 2) B", b"1) JORC (?); 2) none"]));
    seeds
}

/// A table that corrections and reviews are about.
const TABLE: &[u8] = b"id,name,lon,lat,note\n1,Bayan Obo,109.97,41.8,x\n2,Weishan,117.2,34.8,\n";

/// The first byte chooses between TOML and CSV.
pub fn corrections(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else { return };
    let name = ["corrections.toml", "corrections.csv"][usize::from(*choice) % 2];
    with(&[("points.csv", TABLE), (name, text)], |points| {
        let mut corrections = match Corrections::read(&points.with_file_name(name)) {
            Ok(corrections) => corrections,
            Err(error) => return told(&error),
        };
        let dictionary = Dictionary::default();
        let mut reading =
            Reading { corrections: Some(&mut corrections), ..Reading::plain(&dictionary) };
        let read = dataset::read_with(&[points.into()], &mut reading, &mut Notices::default());
        let mut collection = read.expect("a sound table");
        if let Err(error) = collection.settle(&corrections) {
            told(&error);
        }
    });
}

pub fn corrections_seeds() -> Vec<Vec<u8>> {
    of_texts(&[
        "0[[correction]]\nrecord = \"points:points:1\"\ncolumn = \"lon\"\nfrom = \"109.97\"\nto = \"109.9\"\nreason = \"slip\"\nreviewed_by = \"A\"\n",
        "1record,key,column,from,to,reason,reviewed_by\npoints:points:1,,lat,41.8,41.9,slip,A\npoints:points:2#2,2,note,,\"a, b\",\"c\",B\n",
    ])
}

/// A table of links that somebody has reviewed.
pub fn reviewed(input: &[u8]) {
    with(&[("points.csv", TABLE), ("links.csv", input)], |points| {
        let reviewed = match Reviewed::read(&points.with_file_name("links.csv")) {
            Ok(reviewed) => reviewed,
            Err(error) => return told(&error),
        };
        let dictionary = Dictionary::default();
        let read = dataset::read(&[points.into()], &dictionary, &mut Notices::default());
        let Collection { sites, .. } = read.expect("a sound table");
        let sites: Vec<&Site> = sites.iter().collect();
        match reviewed.apply(&mut Vec::new(), &sites, &mut Notices::default()) {
            Ok(used) => assert!(used.accepted + used.rejected <= input.len()),
            Err(error) => told(&error),
        }
    });
}

pub fn reviewed_seeds() -> Vec<Vec<u8>> {
    of_texts(&[
        "subject_id,predicate_id,object_id,review\npoints:points:1,skos:exactMatch,points:points:2,accepted\npoints:points:2,,points:points:1,no\n",
        "object_id;review;subject_id\npoints:points:1;yes;points:points:2\n;;\nx;rejected;y\n",
    ])
}

/// What columns of a compilation mean, by the user's word.
pub fn roles(input: &[u8]) {
    let table = b"FeatureUID,FeatureNam,FeatureTyp,Latitude,Longitude,A1,A2,A3\n\
        CHNf001,Baotou,Mineral Processing Plants,40.6,109.8,Rare Earths,Oxide,10\n";
    with(&[("CHN_Facilities.csv", table), ("roles.toml", input)], |path| {
        let dictionary = match Dictionary::read(Some(&path.with_file_name("roles.toml")), &[]) {
            Ok(dictionary) => dictionary,
            Err(error) => return told(&error),
        };
        match dataset::read(&[path.into()], &dictionary, &mut Notices::default()) {
            Ok(collection) => collection.unsettled.iter().for_each(|open| told(&open.error())),
            Err(error) => told(&error),
        }
    });
}

pub fn roles_seeds() -> Vec<Vec<u8>> {
    of_texts(&[
        "[CHN_Facilities]\nlists = \"facilities\"\ncommodity = [\"A1\", \"A2\"]\ncapacity = \"A3\"\n",
        "[Facilities]\ncommodity = \"A1\"\nform = \"A2\"\nunused = [\"A3\"]\n[Ports]\nlists = \"ports\"\n",
    ])
}

/// A filter, written and read again, and asked of a row.
pub fn cql2(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(expression) = cql2::parse(text) {
        let written = expression.to_string();
        assert_eq!(
            cql2::parse(&written).expect("what is written is read"),
            expression,
            "{written}"
        );
    }
    match Filter::parse(text) {
        Ok(filter) => {
            let value = |number| match number % 4 {
                0 => Value::Text(Cow::Borrowed("Baotou 1")),
                1 => Value::Real(2.5),
                2 => Value::List(vec![Cow::Borrowed("2019-05"), Cow::Borrowed("")]),
                _ => Value::None,
            };
            filter.matches(value, || Some(geo::Point::new(109.97, 41.8)));
            filter.matches(|_| Value::None, || None);
        }
        Err(error) => told(&error),
    }
}

pub fn cql2_seeds() -> Vec<Vec<u8>> {
    of_texts(&[
        "country = 'China' AND (segment LIKE 'up%' OR NOT grade IS NULL)",
        "CASEI(name) IN (CASEI('Bayan Obo'), ACCENTI('Norra Kärr')) AND treo_mt BETWEEN 0.5 AND 1e3",
        "S_INTERSECTS(geom, POLYGON((100 20, 120 20, 120 45, 100 20)))",
        "S_WITHIN(geom, BBOX(-180, -90, 180, 90)) OR S_DWITHIN(geom, POINT(1 2), 5, kilometers)",
        "T_AFTER(as_of, DATE('2019-05-01')) AND T_DURING(as_of, INTERVAL('..', '2020-01-01'))",
        "A_CONTAINS(commodities, ('REE', 'Fe')) AND \"own column\" <> -(1 + 2) * 3 / 4 ^ 2 % 5 div 6",
        "status = 'active' = TRUE",
    ])
}
