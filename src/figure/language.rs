//! The words of pictures, from `data/languages/`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::legend::grouped;
use super::text;
use crate::basemap::{self, Area, Scale};
use crate::error::{Error, Result};
use crate::site::{Site, Unit};

/// A language of pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese, in simplified characters.
    Zh,
}

impl Language {
    /// The tag by which SVG and HTML know it (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Zh => "zh-Hans",
        }
    }
}

/// The words of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the files say what each word is for")]
pub struct Words {
    pub lists: Lists,
    pub types: Types,
    pub production: Production,
    pub status: Status,
    pub ports: Ports,
    pub boundaries: Boundaries,
    pub context: Context,
    pub map: Map,
    pub chart: Chart,
    pub foot: Foot,
    pub attributes: Attributes,
    pub choropleth: Choropleth,
    pub generic: Generic,
    terms: BTreeMap<String, String>,
    sites: BTreeMap<String, String>,
    #[serde(skip)]
    language: Language,
}

/// Declares a table of words.
macro_rules! words {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            #[doc = concat!("The words of the table of that name, `", stringify!($name), "`.")]
            #[derive(Debug, Deserialize)]
            #[serde(deny_unknown_fields, rename_all = "kebab-case")]
            #[allow(missing_docs, reason = "the files say what each word is for")]
            pub struct $name { $(pub $field: $type),* }
        )*
    };
}

words! {
    Lists { comma: String, semicolon: String, and: String, within: String, blank: String }
    Types {
        heading: String, light: String, mixed: String, heavy: String, unknown: String,
        remark: String,
    }
    Production { heading: String, producer: String, byproduct: String }
    Status { heading: String, stated: String, doubted: String, assumed: String, unknown: String }
    Ports { heading: String, rare_earths: String, metals: String, assumed: String }
    Boundaries { heading: String, international: String, disputed: String, provincial: String }
    Context { heading: String, areas: String, others: String }
    Map { kilometres: String, kilometres_at: String }
    Chart { unknown: String, others: String }
    Generic {
        within: String, worldwide: String, in_box: String, plain: String, countries: String,
        provinces: String, per_country: String, per_province: String,
    }
    Foot {
        types: String, not_shown: String, not_located: Counted, outside: Counted, ports: Counted,
        nonspatial: Counted, covered: Counted, under_insets: Counted, moved: Counted,
        unlabelled: Counted, corrected: Counted,
        selected: String, sources: String, classes: String, basemap: String, projection: String,
        central_meridian: String, plate_carree: String, boundaries: String,
        sites_and_ports: String, sites: String, ports_from: String,
        context: String, layers_of: String, both_left_out: String, plants_left_out: String,
        ports_left_out: String, no_date: String,
    }
    Attributes {
        ree_type: String, status: String, activity: String, segment: String, deposit_type: String,
        country: String, province: String, dataset: String, others: String,
    }
    Choropleth {
        by_province: String, by_country: String, provinces: Counted, countries: Counted,
        nowhere: Counted,
    }
}

/// Words for one and for more than one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    one: String,
    more: String,
}

impl Counted {
    /// The words for that many.
    pub fn of(&self, count: usize) -> String {
        let words = if count == 1 { &self.one } else { &self.more };
        words.replace("{n}", &grouped(count))
    }
}

impl Words {
    /// The words of a language.
    ///
    /// # Errors
    /// An embedded file that lacks a word.
    pub fn of(language: Language) -> Result<&'static Words> {
        static EN: OnceLock<std::result::Result<Words, String>> = OnceLock::new();
        static ZH: OnceLock<std::result::Result<Words, String>> = OnceLock::new();
        let (file, cell, text) = match language {
            Language::En => ("languages/en", &EN, include_str!("../../data/languages/en.toml")),
            Language::Zh => ("languages/zh", &ZH, include_str!("../../data/languages/zh.toml")),
        };
        let read = || {
            let words = toml::from_str::<Words>(text).map_err(|cause| cause.to_string())?;
            Ok(Words { language, ..words })
        };
        cell.get_or_init(read).as_ref().map_err(|reason| Error::embedded(file, reason))
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether a name is known in the language.
    pub fn has(&self, english: &str) -> bool {
        self.terms.contains_key(english)
    }

    /// A class's, place's or site's name in the language; as it is where none is known.
    pub fn term<'a>(&'a self, english: &'a str) -> &'a str {
        self.terms.get(english).map_or(english, String::as_str)
    }

    /// A site's name in the language: the table's, else one in Chinese characters that the site's
    /// source gives, else the name that means one place wherever it stands.
    pub fn site<'a>(&'a self, site: &'a Site) -> &'a str {
        if self.language == Language::En {
            return &site.name;
        }
        let own = || site.other_names.iter().find(|name| text::is_chinese(name));
        let name = self.sites.get(&site.id).or_else(own);
        name.map_or_else(|| self.term(&site.name), String::as_str)
    }

    /// A country's or province's name in the language.
    pub fn place(&self, unit: &Unit) -> String {
        if self.language == Language::En {
            return unit.name.clone();
        }
        if let Some(term) = self.terms.get(&unit.name) {
            return term.clone();
        }
        let areas: Result<Vec<&Area>> = match unit.code.contains('-') {
            true => basemap::provinces(),
            false => basemap::countries(Scale::Fine).map(|all| all.iter().collect()),
        };
        // What no embedded font can write stays English.
        let fits = |name: &&str| !name.is_empty() && text::missing([*name]).is_empty();
        let areas = areas.unwrap_or_default();
        let area = areas.into_iter().find(|area| area.unit.code == unit.code);
        let name = area.map(|area| area.name_zh.as_str()).filter(fits);
        name.unwrap_or(&unit.name).to_string()
    }

    /// Names one after the other.
    pub fn listed(&self, names: &[String]) -> String {
        names.join(&self.lists.comma)
    }
}

/// A text of a figure, the same in every language or one for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a text, or { en = \"…\", zh = \"…\" }")]
pub enum Phrase {
    /// None.
    #[default]
    None,
    /// One text for all.
    Any(String),
    /// One for each language; English stands in for one that is missing.
    Each {
        /// English.
        en: String,
        /// Chinese.
        zh: Option<String>,
    },
}

impl Phrase {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        match (self, language) {
            (Phrase::None, _) => "",
            (Phrase::Any(text), _) | (Phrase::Each { en: text, .. }, Language::En) => text,
            (Phrase::Each { en, zh }, Language::Zh) => zh.as_deref().unwrap_or(en),
        }
    }
}

impl Phrase {
    /// Words of the program, in each language.
    ///
    /// # Errors
    /// An embedded file that lacks a word.
    pub fn of_words(choose: impl Fn(&Words) -> &str) -> Result<Self> {
        let word = |language| Words::of(language).map(|words| choose(words).to_string());
        Ok(Phrase::Each { en: word(Language::En)?, zh: Some(word(Language::Zh)?) })
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Phrase::Any(text)
    }
}
