//! Languages: that a picture in Chinese is one throughout, is set well, and shows what the English
//! one shows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::catalogue;
use reemap::basemap::{self, GREATER_CHINA, Scale};
use reemap::dataset::{self, About};
use reemap::figure::language::{Language, Words};
use reemap::figure::projection::Projection;
use reemap::figure::scene::{Scene, Text};
use reemap::figure::spec::{BUILT_IN, Figure};
use reemap::figure::style::SMALL;
use reemap::figure::text::{self, Script, Weight};
use reemap::figure::theme::Theme;
use reemap::figure::{self, Counts, Picture};
use reemap::place::Gazetteer;
use reemap::site::{Activity, Dataset, ReeType, Segment, Site, Status};
use reemap::{crs, fonts, select};
use resvg::usvg::{self, fontdb};

const EN: &str = include_str!("../data/languages/en.toml");
const ZH: &str = include_str!("../data/languages/zh.toml");

fn draw(name: &str, language: Language, width: f64) -> Picture {
    let material = common::material(&catalogue().sites);
    let mut figure = Figure::open(name).unwrap();
    figure.page.width = width;
    figure.page.language = language;
    figure::draw(&figure, &material).unwrap()
}

fn zh() -> &'static Words {
    Words::of(Language::Zh).unwrap()
}

fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

/// The words in Latin letters of a text, single letters aside.
fn latin(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic() || is_chinese(c))
        .filter(|word| word.chars().count() > 1)
}

fn table(text: &str) -> toml::Table {
    text.parse().unwrap()
}

/// Every text of a table of words, by where it stands.
fn leaves(table: &toml::Table, under: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (key, value) in table {
        let at = format!("{under}{key}");
        match value {
            toml::Value::Table(inner) => all.extend(leaves(inner, &format!("{at}."))),
            value => {
                all.insert(at, value.as_str().unwrap().to_string());
            }
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_words_with_the_same_blanks() {
    let words = |text| {
        let mut table = table(text);
        table.remove("terms");
        table.remove("sites");
        leaves(&table, "")
    };
    let (english, chinese) = (words(EN), words(ZH));
    assert_eq!(english.keys().collect::<Vec<_>>(), chinese.keys().collect::<Vec<_>>());
    let blanks = |text: &str| -> BTreeSet<String> {
        let parts = text.split('{').skip(1);
        parts.map(|part| part.split('}').next().unwrap().to_string()).collect()
    };
    for (key, text) in &english {
        let other = &chinese[key];
        assert_eq!(blanks(text), blanks(other), "{key}");
        assert!(key.starts_with("lists.") || other.chars().any(is_chinese), "{key}: {other}");
    }
}

/// Words that the command line puts into a figure.
const ADDED: [&str; 2] = ["selected", "corrected"];

#[test]
fn every_word_is_used() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/figure");
    let mut source = String::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            source.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    for (name, group) in table(EN) {
        let group = group.as_table().unwrap();
        if name == "terms" || name == "sites" {
            continue;
        }
        for key in group.keys().filter(|key| !ADDED.contains(&&***key)) {
            let field = format!(".{}", key.replace('-', "_"));
            let used = source.match_indices(&field).any(|(at, _)| {
                !source[at + field.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            });
            assert!(used, "[{name}] {key} stands in no picture");
        }
    }
}

/// The English names that a picture may show and a language may name.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |name: &str| {
        names.insert(name.to_string());
    };
    for site in &catalogue().sites {
        add(&site.name);
        add(&site.ree_type.basis);
        site.deposit_types.iter().for_each(|term| add(&term.name));
    }
    catalogue().ports.iter().for_each(|port| add(&port.name));
    ReeType::ALL.iter().for_each(|value| add(value.name()));
    Segment::ALL.iter().for_each(|value| add(value.name()));
    Status::ALL.iter().for_each(|value| add(value.label()));
    ["active", "past", "no production"].into_iter().for_each(&mut add);
    Dataset::ALL.iter().filter_map(|one| dataset::about(*one)).for_each(|about| add(&about.as_of));
    crs::names().for_each(|name| add(&Projection::new(name).unwrap().title));
    for made in
        ["+proj=laea +lat_0=9 +lon_0=9 +datum=WGS84", "+proj=aea +lat_1=9 +lat_2=19 +datum=WGS84"]
    {
        add(Projection::new(made).unwrap().title.split(" (").next().unwrap());
    }
    for area in basemap::countries(Scale::Fine).unwrap() {
        add(&area.unit.name);
    }
    for area in GREATER_CHINA.iter().flat_map(|code| basemap::provinces_of(code).unwrap()) {
        add(&area.unit.name);
    }
    names
}

#[test]
fn each_name_is_of_something() {
    let names = names();
    // Said in classes that this catalogue happens to have no site of.
    let rare = ["stated order", "contents", "deposit type"];
    let zh = table(ZH);
    for (name, _) in zh["terms"].as_table().unwrap() {
        assert!(names.contains(name) || rare.contains(&&**name), "{name:?} names nothing");
    }
    let ids: BTreeSet<&str> = catalogue().sites.iter().map(|site| &*site.id).collect();
    for (id, name) in zh["sites"].as_table().unwrap() {
        assert!(ids.contains(&**id), "{id} {name:?} is no site");
    }
    // A name that stands by itself means one place.
    let terms = zh["terms"].as_table().unwrap();
    for name in terms.keys() {
        let sites = catalogue().sites.iter().filter(|site| site.name == *name);
        let countries: BTreeSet<_> = sites.map(|site| &site.stated_country).collect();
        assert!(countries.len() <= 1, "{name:?} is in {countries:?}");
    }
}

#[test]
fn classes_and_places_have_chinese_names() {
    let zh = zh();
    let deposit_types: BTreeSet<&str> = catalogue()
        .sites
        .iter()
        .flat_map(|site| &site.deposit_types)
        .map(|term| &*term.name)
        .collect();
    let named: BTreeSet<&str> = deposit_types.iter().map(|name| zh.term(name)).collect();
    assert_eq!(named.len(), deposit_types.len(), "no two have one name");
    let classes = deposit_types
        .into_iter()
        .chain(Status::ALL.iter().map(|value| value.label()))
        .chain(Segment::ALL.iter().map(|value| value.name()))
        .chain(ReeType::ALL.iter().map(|value| value.name()))
        .chain(catalogue().sites.iter().map(|site| &*site.ree_type.basis).filter(|b| *b != "none"))
        .chain(catalogue().ports.iter().map(|port| &*port.name));
    for name in classes {
        assert_eq!(latin(zh.term(name)).next(), None, "{name}");
    }
    for about in Dataset::ALL.iter().filter_map(|one| dataset::about(*one)) {
        assert_eq!(latin(zh.term(&about.as_of)).next(), None, "{}", about.as_of);
    }
    let mut provinces = 0;
    for area in GREATER_CHINA.iter().flat_map(|code| basemap::provinces_of(code).unwrap()) {
        let name = zh.place(&area.unit);
        // As maps write them: 江西, 内蒙古, 黑龙江.
        assert!(name.chars().all(is_chinese) && name.chars().count() <= 3, "{name}");
        provinces += 1;
    }
    assert_eq!(provinces, 34);
    for site in catalogue().sites.iter().filter(|site| site.status.activity() == Activity::Active) {
        let country = select::country_of(site, Gazetteer::embedded().unwrap()).unwrap();
        assert_eq!(latin(&zh.place(&country)).next(), None, "{}", country.name);
    }
}

#[test]
fn the_mines_at_work_in_china_have_chinese_names() {
    let mines = catalogue().sites.iter().filter(|site| {
        site.dataset == Dataset::GlobalRee
            && site.status.activity() == Activity::Active
            && site.stated_country.as_deref() == Some("China")
    });
    let (named, unnamed): (Vec<&Site>, Vec<&Site>) =
        mines.partition(|site| latin(zh().site(site)).next().is_none());
    assert_eq!(named.len() + unnamed.len(), 59);
    assert!(named.len() >= 48, "{:?}", unnamed.iter().map(|s| &s.name).collect::<Vec<_>>());
    let name = |id: &str| zh().site(catalogue().sites.iter().find(|s| s.id == id).unwrap());
    assert_eq!(name("global-ree:5029"), "白云鄂博");
    // Xinfeng of Jiangxi, not 新丰 of Guangdong.
    assert_eq!(name("global-ree:5422"), "信丰");
    // What the data say themselves.
    assert_eq!(name("curated:ganzhou-huajing"), "华京稀土新材料公司");
}

#[test]
fn pictures_in_chinese_are_in_chinese() {
    // Citations stay as they are to be cited.
    let mut allowed: BTreeSet<String> =
        ["reemap", "doi", "Natural", "Earth", "Equal"].map(String::from).into();
    for about in Dataset::ALL.iter().filter_map(|one| dataset::about(*one)) {
        let About { short, title, doi, attribution, .. } = about;
        let parts = [Some(short), Some(title), doi.as_ref(), attribution.as_ref()];
        for part in parts.into_iter().flatten() {
            allowed.extend(latin(part).map(String::from));
        }
    }
    // Names whose characters are not certain.
    let unnamed: BTreeSet<&str> = catalogue()
        .sites
        .iter()
        .map(|site| zh().site(site))
        .filter(|n| latin(n).count() > 0)
        .collect();
    for (name, _) in BUILT_IN {
        let picture = draw(name, Language::Zh, 183.0);
        for text in picture.scene.texts() {
            let is_name = unnamed.contains(&*text.text);
            let strange: Vec<&str> =
                latin(&text.text).filter(|word| !is_name && !allowed.contains(*word)).collect();
            assert!(strange.is_empty(), "figure {name}: {strange:?} in {:?}", text.text);
        }
        let title = &picture.scene.title;
        assert_eq!(latin(title).next(), None, "figure {name}: {title}");
        assert!(picture.scene.svg().contains("xml:lang=\"zh-Hans\""), "figure {name}");
        assert!(draw(name, Language::En, 183.0).scene.svg().contains("xml:lang=\"en\""));
    }
}

#[test]
fn pictures_count_alike_in_both_languages() {
    for (name, _) in BUILT_IN {
        let [english, chinese] = [Language::En, Language::Zh].map(|l| draw(name, l, 183.0));
        // How many symbols hide others rests on their places, which words do not move.
        let counts = |picture: &Picture| Counts { unlabelled: 0, ..picture.counts.clone() };
        assert_eq!(counts(&english), counts(&chinese), "figure {name}");
        // In key and headings; at the foot sentences stand in another order.
        let numbers = |picture: &Picture| -> Vec<String> {
            let texts = picture.scene.texts();
            let entries = texts.iter().filter(|text| text.size > SMALL);
            let counts = entries.filter_map(|text| text.text.strip_suffix(')')?.rsplit_once(" ("));
            let counts = counts.map(|(_, count)| count.replace(',', ""));
            counts.filter(|count| count.parse::<usize>().is_ok()).collect()
        };
        assert_eq!(numbers(&english), numbers(&chinese), "figure {name}");
        assert!(numbers(&english).len() >= 4, "figure {name}");
    }
}

#[test]
fn no_text_in_chinese_lies_over_text_or_leaves_the_page() {
    for (name, _) in BUILT_IN {
        for width in [89.0, 120.0, 183.0] {
            let picture = draw(name, Language::Zh, width);
            let scene = &picture.scene;
            let texts: Vec<&Text> = scene.texts();
            for (index, text) in texts.iter().enumerate() {
                let bounds = text.bounds().grown(-0.4);
                let inside = bounds.left > 0.0
                    && bounds.right < scene.width
                    && bounds.top > 0.0
                    && bounds.bottom < scene.height;
                assert!(inside, "figure {name} at {width} mm: {:?} leaves the page", text.text);
                for other in &texts[index + 1..] {
                    let (one, two) = (&text.text, &other.text);
                    let over = bounds.overlaps(&other.bounds().grown(-0.4));
                    assert!(!over, "figure {name} at {width} mm: {one:?} lies over {two:?}");
                }
            }
        }
    }
}

fn tree(svg: &str) -> usvg::Tree {
    let mut options = usvg::Options::default();
    for font in fonts::ALL {
        options.fontdb_mut().load_font_data(font.to_vec());
    }
    usvg::Tree::from_str(svg, &options).unwrap()
}

fn texts(group: &usvg::Group) -> Vec<&usvg::Text> {
    let mut found = Vec::new();
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => found.extend(texts(group)),
            usvg::Node::Text(text) => found.push(&**text),
            _ => {}
        }
    }
    found
}

#[test]
fn what_is_drawn_has_the_font_the_weight_and_the_width_asked_for() {
    for (name, _) in BUILT_IN {
        let picture = draw(name, Language::Zh, 183.0);
        let tree = tree(&picture.scene.svg());
        let (drawn, asked) = (texts(tree.root()), picture.scene.texts());
        assert_eq!(drawn.len(), asked.len());
        for (drawn, asked) in drawn.iter().zip(asked) {
            let bold = asked.weight == Weight::Bold;
            for glyph in drawn.layouted().iter().flat_map(|span| &span.positioned_glyphs) {
                let face: &fontdb::FaceInfo = tree.fontdb().face(glyph.font).unwrap();
                let letter = &glyph.text;
                assert_ne!(glyph.id.0, 0, "{letter:?} of {:?} is missing", asked.text);
                assert_eq!(face.weight.0, if bold { 600 } else { 400 }, "{letter:?}");
                let chinese = letter.chars().any(is_chinese);
                let family = &face.families[0].0;
                assert!(!chinese || family == fonts::CHINESE, "{letter:?} is of {family}");
                let plain = letter.chars().all(|c| c.is_ascii_alphanumeric());
                assert!(!plain || family == fonts::LATIN, "{letter:?} is of {family}");
            }
            let width = text::width(&asked.text, asked.size, asked.weight);
            let found = f64::from(drawn.bounding_box().width());
            // Kerning of Latin letters is left to whoever draws.
            assert!(
                (width - found).abs() < 0.3 + 0.01 * width,
                "{:?}: {width} {found}",
                asked.text
            );
        }
    }
}

#[test]
fn ink_lies_where_the_width_says() {
    for words in ["稀土类型：轻稀土", "赣南与粤北 (23)", "存疑：资料注“(?)”。", "≤20%～40%中"]
    {
        for weight in [Weight::Regular, Weight::Bold] {
            let (x, size) = (20.0, 20.0);
            let text = Text { weight, ..Text::new(x, 30.0, size, words) };
            let scene = Scene {
                width: 300.0,
                height: 40.0,
                title: String::new(),
                description: String::new(),
                symbols: Vec::new(),
                nodes: vec![figure::scene::Node::Text(text)],
                theme: Theme::open("print").unwrap(),
                language: Language::Zh,
            };
            let file = figure::png::draw(&scene, 144.0).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut pixels).unwrap();
            let row = info.line_size;
            let dark = |column: usize| {
                (0..info.height as usize).any(|line| pixels[line * row + column * 3] < 128)
            };
            let columns = info.width as usize;
            let left = (0..columns).find(|c| dark(*c)).unwrap() as f64 / 2.0;
            let right = (0..columns).rev().find(|c| dark(*c)).unwrap() as f64 / 2.0 + 0.5;
            let width = text::width(words, size, weight);
            // Between a glyph's ink and its edges lies at most what wide punctuation leaves open.
            let open = if words.ends_with(['。', '”']) { 0.75 } else { 0.15 };
            assert!((x - 0.5..x + 0.15 * size).contains(&left), "{words}: from {left}");
            let end = x + width;
            assert!((end - open * size..end + 0.5).contains(&right), "{words}: {right} of {end}");
        }
    }
}

#[test]
fn texts_are_cut_into_runs_of_one_font() {
    use Script::{Chinese, Latin};
    assert_eq!(text::runs("Bayan Obo"), [(Latin, "Bayan Obo")]);
    assert_eq!(
        text::runs("白云鄂博（2018年）"),
        [(Chinese, "白云鄂博（"), (Latin, "2018"), (Chinese, "年）")]
    );
    // Quotes are of the language around them; an apostrophe is of its word.
    assert_eq!(text::runs("a “b” c"), [(Latin, "a “b” c")]);
    assert_eq!(text::runs("注“?”"), [(Chinese, "注“"), (Latin, "?"), (Chinese, "”")]);
    assert_eq!(text::runs("Xi’an 西安"), [(Latin, "Xi’an "), (Chinese, "西安")]);
    // What only the Chinese font has.
    assert_eq!(text::runs("a ≤ b"), [(Latin, "a "), (Chinese, "≤"), (Latin, " b")]);
    assert_eq!(text::runs(""), []);
}

#[test]
fn chinese_lines_break_between_characters_and_keep_punctuation() {
    let paragraph = "类型判定依据：矿物 (1,646)、矿床类型 (299)。未标出：数据库中另有820条（“无坐标”）\
                     的记录。资料来源：Orris, Dunlap, and Wallis (2018), doi 10.5066/F7DR2TN4。\
                     重稀土占20%～40%，投影：阿尔伯斯等积圆锥（标准纬线25° N、47° N）。";
    let mut broken = 0;
    for limit in 40..200 {
        let limit = f64::from(limit);
        let lines = text::wrap(paragraph, 6.0, Weight::Regular, limit);
        for line in &lines {
            assert!(
                !line.starts_with(['，', '。', '；', '）', '：', '、', '”', ',', ')', '.', '%'])
            );
            assert!(!line.ends_with(['（', '“', '(']), "{line}");
            assert_eq!(line.trim(), line);
            // Longer than asked for is only what can't be broken.
            let width = text::width(line, 6.0, Weight::Regular);
            let pieces = text::wrap(line, 6.0, Weight::Regular, 0.0).len();
            assert!(width <= limit || pieces == 1, "{line} at {limit}");
        }
        for whole in ["10.5066/F7DR2TN4", "Dunlap,", "20%～40%", "(1,646)"] {
            assert!(paragraph.contains(whole));
            assert!(lines.iter().any(|line| line.contains(whole)), "{whole} at {limit}: {lines:?}");
        }
        let all: String = lines.concat();
        assert_eq!(all.replace(' ', ""), paragraph.replace(' ', ""), "nothing is lost");
        broken += lines.len();
    }
    assert!(broken > 1000);
    // A line is filled: Chinese leaves at most a few characters open.
    let lines = text::wrap(&"稀土".repeat(40), 6.0, Weight::Regular, 100.0);
    assert!(lines[..lines.len() - 1].iter().all(|line| line.chars().count() == 16));
    // English as ever.
    assert_eq!(text::wrap("one two three", 6.0, Weight::Regular, 30.0), ["one two", "three"]);
    assert_eq!(text::wrap("", 6.0, Weight::Regular, 30.0), [""]);
}

#[test]
fn no_word_lacks_a_glyph() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut files = vec![folder.join("catalog/plants.csv"), folder.join("catalog/ports.csv")];
    for part in ["languages", "figures"] {
        let paths = std::fs::read_dir(folder.join(part)).unwrap();
        files.extend(paths.map(|file| file.unwrap().path()));
    }
    let mut letters = BTreeSet::new();
    for file in &files {
        letters.extend(std::fs::read_to_string(file).unwrap().chars());
    }
    assert!(files.len() >= 8 && letters.contains(&'赣'));
    let letters: String = letters.into_iter().collect();
    assert_eq!(text::missing([&*letters]), BTreeSet::new());
}
