//! Which sites a selection takes: by the place found, or the place stated; by the words of
//! flags and of a figure's TOML alike.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use geo::Point;
use reemap::place::Gazetteer;
use reemap::select::{Selection, country_of, province_of};
use reemap::site::{
    Dataset, Finding, Place, Port, Record, Segment, Segments, Site, Status, Term, Unit,
};
use reemap::table;

fn gazetteer() -> &'static Gazetteer {
    Gazetteer::embedded().unwrap()
}

fn selection(toml: &str) -> Selection {
    toml::from_str(toml).unwrap()
}

fn takes(toml: &str, site: &Site) -> bool {
    selection(toml).resolve(gazetteer()).unwrap().matches(site)
}

fn located(lon: f64, lat: f64) -> Site {
    let mut sites = [Site::new(Dataset::GlobalRee, "1", "Weishān")];
    sites[0].point = Some(Point::new(lon, lat));
    gazetteer().locate(&mut sites);
    let [site] = sites;
    site
}

fn in_segments(segments: &[Segment]) -> Segments {
    Segments::new(segments.iter().map(|segment| Finding::none(*segment)).collect())
}

fn stated(country: &str, province: Option<&str>) -> Site {
    let mut site = Site::new(Dataset::GlobalReeNonspatial, "2", "Nowhere");
    site.stated_country = Some(country.into());
    site.stated_province = province.map(Into::into);
    site
}

#[test]
fn the_place_found_goes_before_the_place_stated() {
    // Rucheng is stated as Guangdong; say it were found in Hunan.
    let mut site = located(113.68, 25.55);
    site.stated_country = Some("China".into());
    site.stated_province = Some("Guangdong".into());
    assert!(takes("province = ['Hunan']", &site));
    assert!(!takes("province = ['Guangdong']", &site));
}

#[test]
fn the_place_stated_serves_where_none_was_found() {
    let site = stated("China", Some("Nei Mongol"));
    assert!(takes("country = ['中国']", &site));
    assert!(takes("province = ['Inner Mongolia']", &site));
    assert!(!takes("country = ['Brazil']", &site));
    assert_eq!(country_of(&site, gazetteer()).unwrap().code, "CHN");
    assert_eq!(province_of(&site, gazetteer()).unwrap().code, "CN-NM");

    // Amazonas is a state of four countries: the country stated decides.
    let site = stated("Brazil", Some("Amazonas"));
    assert!(takes("province = ['BR-AM']", &site));
    assert!(!takes("province = ['CO-AMA']", &site));

    // A site stated to lie in two provinces is found under both and counted under neither.
    let site = stated("China", Some("Fujian, Guangdong"));
    assert!(takes("province = ['Fujian']", &site) && takes("province = ['Guangdong']", &site));
    assert_eq!(province_of(&site, gazetteer()), None);
}

#[test]
fn taiwan_hong_kong_and_macau_are_rows_of_their_own() {
    let sites =
        [located(121.0, 24.0), located(114.12, 22.4), located(113.56, 22.16), located(110.0, 41.8)];
    let sites: Vec<&Site> = sites.iter().collect();
    let codes = |table: table::Table| -> Vec<String> {
        let mut out = Vec::new();
        table.write(table::Format::Csv, None, false, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut codes: Vec<String> =
            text.lines().skip(1).map(|line| line.split(',').next().unwrap().into()).collect();
        codes.sort();
        codes
    };
    assert_eq!(codes(table::provinces(&sites, gazetteer())), ["CN-HK", "CN-MO", "CN-NM", "CN-TW"]);
    assert_eq!(codes(table::countries(&sites, gazetteer())), ["CHN", "HKG", "MAC", "TWN"]);
}

#[test]
fn tables_of_units_split_each_class_without_loss() {
    let mut mine = located(110.0, 41.8);
    mine.status = Status::Byproduct;
    mine.segments = in_segments(&[Segment::Upstream]);
    let nowhere = Site::new(Dataset::Points, "3", "Lost");
    let table = table::provinces(&[&mine, &nowhere], gazetteer());
    let mut out = Vec::new();
    table.write(table::Format::Csv, None, false, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "code,name,country_code,country,dataset,sites,active,past,no_production,status_unknown,light,\
         mixed,heavy,ree_type_unknown,upstream,upstream_active,midstream,midstream_active,\
         downstream,downstream_active,segment_unknown,several_segments\n\
         CN-NM,Inner Mongolia,CHN,China,global-ree,1,1,0,0,0,0,0,0,1,1,1,0,0,0,0,0,0\n\
         ,(none found),,(none found),points,1,0,0,0,1,0,0,0,1,0,0,0,0,0,0,1,0\n"
    );
}

#[test]
fn a_site_in_two_segments_is_selected_by_either_and_counts_in_both() {
    use Segment::{Downstream, Midstream};
    let mut both = located(110.0, 41.8);
    both.status = Status::Active;
    both.segments = in_segments(&[Downstream, Midstream]);
    let mut one = located(110.0, 41.8);
    one.segments = in_segments(&[Midstream]);
    for segment in ["midstream", "downstream"] {
        assert!(takes(&format!("segment = ['{segment}']"), &both), "{segment}");
    }
    assert!(!takes("segment = ['upstream', 'unknown']", &both));
    assert!(!takes("segment = ['downstream']", &one));

    let written = |table: &table::Table, format| {
        let mut out = Vec::new();
        table.write(format, None, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let table = table::count(&[&both, &one], &[table::Key::Segment], gazetteer());
    assert_eq!(
        written(&table, table::Format::Markdown),
        "| segment | count |\n| --- | ---: |\n| midstream | 2 |\n| downstream | 1 |\n\
         | **total** | **2** |\n\n\
         1 of 2 sites is in several segments and counts in each.\n"
    );
    // No other key counts it twice.
    let table = table::count(&[&both, &one], &[table::Key::Country], gazetteer());
    assert_eq!(written(&table, table::Format::Csv), "country_code,country,count\nCHN,China,2\n");
    assert!(table.remarks.is_empty());
    let table = table::countries(&[&both, &one], gazetteer());
    let cells = written(&table, table::Format::Csv);
    assert!(cells.ends_with(",0,0,2,1,1,1,0,1\n"), "{cells}");
}

#[test]
fn a_figure_uses_the_words_of_the_flags() {
    let all = "
        country = ['China']
        province = ['Jiangxi']
        segment = ['upstream']
        ree-type = ['unknown']
        status = ['active']
        certain = true
        deposit-type = ['ION adsorption']
        dataset = ['global-ree']
        bbox = [110, 20, 120, 30]
        name = ['weishan']
    ";
    let mut site = located(115.7, 24.9);
    site.segments = in_segments(&[Segment::Upstream]);
    site.status = Status::Producer;
    site.status_certain = true;
    site.deposit_types = vec![Term { name: "supergene".into(), certain: true }];
    site.deposit_subtype = Some("weathered residual, ion adsorption".into());
    assert!(takes(all, &site));

    // Each filter alone can turn the site away.
    for (from, to) in [
        ("['China']", "['Brazil']"),
        ("['Jiangxi']", "['Hunan']"),
        ("['upstream']", "['midstream']"),
        ("['unknown']", "['heavy']"),
        ("['active']", "['byproduct']"),
        ("['ION adsorption']", "['placer']"),
        ("['global-ree']", "['curated']"),
        ("[110, 20, 120, 30]", "[[0, 0, 1, 1], [2, 2, 3, 3]]"),
        ("['weishan']", "['obo']"),
    ] {
        assert!(all.contains(from));
        assert!(!takes(&all.replace(from, to), &site), "{to}");
    }
    site.status_certain = false;
    assert!(!takes(all, &site));

    for wrong in ["contry = ['China']", "bbox = [1, 2, 3]", "bbox = [0, 60, 10, 50]"] {
        assert!(toml::from_str::<Selection>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_selection_says_in_one_line_what_it_takes() {
    let described = |toml| {
        let selector = selection(toml).resolve(gazetteer()).unwrap();
        selector.describe().map(str::to_owned)
    };
    assert_eq!(described(""), None);
    assert_eq!(
        described("status = ['active']\ncountry = ['中国', 'BRA']\ncertain = true"),
        Some("country = China or Brazil; status = active; status is certain".into())
    );
}

#[test]
fn a_word_that_names_nothing_is_refused_with_what_was_meant() {
    for (toml, hint) in [
        ("country = ['Brasill']", "Brazil"),
        ("status = ['producr']", "producer"),
        ("dataset = ['curate']", "curated"),
    ] {
        let Err(error) = selection(toml).resolve(gazetteer()) else { panic!("{toml}") };
        assert_eq!(error.exit_code(), 2);
        assert!(error.hint().unwrap().contains(hint), "{toml}: {:?}", error.hint());
    }
}

#[test]
fn ports_go_by_place_and_name_and_dataset() {
    let port = Port {
        id: "curated:CNTXG".into(),
        dataset: Dataset::Curated,
        name: "Tianjin".into(),
        point: Some(Point::new(117.7, 38.98)),
        stated_country: Some("China".into()),
        stated_province: None,
        exports: Vec::new(),
        exports_metals: true,
        exports_assumed: false,
        exports_rare_earths: None,
        evidence: String::new(),
        record: Record::default(),
        place: Place {
            country: Some(Unit { code: "CHN".into(), name: "China".into() }),
            ..Place::default()
        },
    };
    let takes = |toml| selection(toml).resolve(gazetteer()).unwrap().matches_port(&port);
    assert!(takes("dataset = ['curated']\ncountry = ['China']\nname = ['tianjin']"));
    assert!(takes("dataset = ['all']\nbbox = [117, 38, 118, 39]"));
    assert!(!takes(""), "curated counts only when named");
    assert!(!takes("dataset = ['all']\ncountry = ['Brazil']"));
    // Filters that a port can't answer leave it in.
    assert!(takes("dataset = ['all']\nstatus = ['active']\nsegment = ['midstream']"));
}
