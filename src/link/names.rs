//! Names freed from what says nothing of identity, and how alike two of them are.

use pinyin::ToPinyin;

use super::rules::{Rules, Words};
use crate::letters;
use crate::site::{Dataset, Site};

/// One name of a site, prepared for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name as the source has it.
    pub text: String,
    /// Its telling words, folded.
    pub words: Vec<String>,
    /// They without blanks; an alias gives those of the name that it stands for.
    pub core: String,
    /// The same by sound.
    pub sound: String,
    /// All its words without blanks, kinds and features too.
    whole: String,
    /// What tells it from other parts of a place: `north`, `ii`, sorted.
    pub marks: Vec<String>,
    /// Whether it is the site's own name and not another one.
    pub own: bool,
    /// Whether it is a part of a compound.
    pub part: bool,
}

/// The names of a site.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Each once, the site's own first.
    pub names: Vec<Name>,
    /// Whether the record stands for many works of a region (`Mines in Maniema Province`).
    pub many: bool,
    /// Whether the name says that it is a plant, and not that it is a mine.
    pub plant: bool,
}

/// How alike two sites' names are.
#[derive(Debug, Clone)]
pub struct Likeness<'a> {
    /// From 0 to 1.
    pub score: f64,
    /// The names that are most alike.
    pub names: [&'a Name; 2],
    /// In what way.
    pub how: How,
    /// Which one's name marks a part of what the other names; none where both mark the same.
    pub part: Option<Side>,
}

/// In what way two names are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The same words.
    Same,
    /// The same sound.
    Sound,
    /// The words of the one are among those of the other.
    Words,
    /// Letters.
    Letters,
}

/// One of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The subject.
    Subject,
    /// The object.
    Object,
}

/// The least letters that a name must have to be looked for among another's words.
const LEAST_LETTERS: usize = 4;

/// The letters of a name that are looked at; what is longer is no name.
const LONGEST: usize = 200;

impl Name {
    /// Whether it is made of nothing but words for kinds, features, directions and numbers, or of so
    /// few letters that many places may bear it.
    pub fn is_generic(&self, rules: &Rules) -> bool {
        let words = &rules.words;
        let common = |word: &String| {
            [&words.kind, &words.feature, &words.commodity, &words.article]
                .iter()
                .any(|list| list.contains(word))
                || is_mark(word, words)
        };
        self.core.chars().count() < rules.reach.rare_letters || self.words.iter().all(common)
    }
}

impl Names {
    /// The names of a site.
    pub fn of(site: &Site, rules: &Rules) -> Self {
        let mut all = Names::default();
        let folded_name = fold(&site.name);
        all.many = rules.words.many.iter().any(|many| folded_name.starts_with(many.as_str()));
        let said: Vec<String> = split(&folded_name).map(str::to_owned).collect();
        let says = |wanted: &dyn Fn(&String) -> bool| said.iter().any(wanted);
        all.plant = says(&|word| rules.words.plant.contains(word))
            && !says(&|word| word == "mine" || word == "mines");
        // What stands for a name where the source gives none is no name.
        let stand_in = site.name == site.source_id
            || (site.dataset == Dataset::Points
                && site.name == format!("Point {}", site.source_id));
        for name in site.name.split("; ").filter(|_| !stand_in) {
            all.add(name, true, rules);
        }
        for name in &site.other_names {
            all.add(name, false, rules);
        }
        all
    }

    /// Adds a name as a source writes it, with those in brackets and the parts of compounds.
    fn add(&mut self, text: &str, own: bool, rules: &Rules) {
        let text: String = text.replace("(?)", "").chars().take(LONGEST).collect();
        let folded = fold(&text);
        if rules.words.no_name.iter().any(|none| folded.starts_with(none.as_str())) {
            return;
        }
        let (outside, inside) = brackets(&text);
        self.push(&outside, own, false, rules);
        for other in inside.iter().flat_map(|text| text.split([',', '/', ';'])) {
            self.push(other, false, false, rules);
        }
        let compound = ['-', '–', '—', '/'];
        if outside.contains(compound) {
            for part in outside.split(compound) {
                self.push(part, own, true, rules);
            }
        }
    }

    fn push(&mut self, text: &str, own: bool, part: bool, rules: &Rules) {
        let text = text.trim();
        let words = plain_words(text, &rules.words);
        let core = words.concat();
        if core.is_empty() || (part && core.chars().count() < LEAST_LETTERS) {
            return;
        }
        let core = rules.aliases.get(&core).cloned().unwrap_or(core);
        if self.names.iter().any(|known| known.core == core && (known.own || !own)) {
            return;
        }
        let romanised = romanised(text, &rules.words);
        let mut marks: Vec<String> = split(&romanised)
            .filter(|word| is_mark(word, &rules.words) && !words.iter().any(|w| w == word))
            .map(str::to_owned)
            .collect();
        marks.sort();
        self.names.push(Name {
            text: text.to_owned(),
            sound: sound(&core, &rules.spelling),
            whole: split(&romanised).collect(),
            words,
            core,
            marks,
            own,
            part,
        });
    }

    /// How alike these names are to another site's.
    pub fn likeness<'a>(&'a self, other: &'a Names, rules: &Rules) -> Option<Likeness<'a>> {
        let mut best: Option<Likeness<'a>> = None;
        for one in &self.names {
            for two in &other.names {
                let found = alike(one, two, rules);
                if best.as_ref().is_none_or(|best| found.score > best.score) {
                    best = Some(found);
                }
            }
        }
        best
    }
}

/// How alike two names are.
fn alike<'a>(one: &'a Name, two: &'a Name, rules: &Rules) -> Likeness<'a> {
    let scores = &rules.names;
    let letters = |name: &Name| name.core.chars().count();
    let shorter = letters(one).min(letters(two));
    let (mut score, how) = if one.core == two.core {
        (1.0, How::Same)
    } else if one.sound == two.sound && shorter >= LEAST_LETTERS {
        (scores.sound, How::Sound)
    } else {
        let whole = strsim::normalized_damerau_levenshtein(&one.whole, &two.whole);
        let mut score = strsim::normalized_damerau_levenshtein(&one.core, &two.core);
        score = score.max(whole * scores.sound);
        if one.core.chars().next() != two.core.chars().next() {
            score *= scores.first_letter;
        }
        let (few, many) = if one.words.len() <= two.words.len() { (one, two) } else { (two, one) };
        let among = few.words.len() < many.words.len()
            && letters(few) >= LEAST_LETTERS
            && few.words.iter().all(|word| many.words.contains(word));
        if among && scores.words > score {
            (scores.words, How::Words)
        } else {
            (score, How::Letters)
        }
    };
    if one.part || two.part {
        score *= scores.part;
    }
    score *= match (one.own, two.own) {
        (true, true) => 1.0,
        (false, false) => scores.both_other,
        _ => scores.other,
    };
    let beyond = |one: &Name, two: &Name| one.marks.iter().any(|mark| !two.marks.contains(mark));
    let part = match (beyond(one, two), beyond(two, one)) {
        (true, true) => {
            score *= scores.other_mark;
            None
        }
        (true, false) => Some(Side::Subject),
        (false, true) => Some(Side::Object),
        (false, false) => None,
    };
    Likeness { score, names: [one, two], how, part }
}

/// A name's telling words: without marks, kinds, commodities, companies and articles, and without
/// features, as far as something is left.
pub(super) fn plain_words(text: &str, vocabulary: &Words) -> Vec<String> {
    let folded = romanised(text, vocabulary);
    let all: Vec<&str> = split(&folded).collect();
    let says_nothing = |word: &str| {
        let lists = [&vocabulary.kind, &vocabulary.commodity, &vocabulary.company];
        lists.iter().any(|list| list.contains(word)) || vocabulary.article.contains(word)
    };
    let tests: [&dyn Fn(&str) -> bool; 4] = [
        &|word| {
            !says_nothing(word) && !is_mark(word, vocabulary) && !vocabulary.feature.contains(word)
        },
        &|word| !says_nothing(word) && !vocabulary.feature.contains(word),
        &|word| !says_nothing(word),
        &|_| true,
    ];
    for test in tests {
        let words: Vec<String> =
            all.iter().filter(|word| test(word)).map(|word| (*word).to_owned()).collect();
        if !words.is_empty() {
            return words;
        }
    }
    Vec::new()
}

/// Whether a word tells one part of a place from another.
fn is_mark(word: &str, vocabulary: &Words) -> bool {
    let roman = word.chars().all(|letter| "ivx".contains(letter));
    let number = word.chars().all(|letter| letter.is_ascii_digit());
    vocabulary.mark.contains(word) || roman || number || word.chars().count() == 1
}

/// The words of a folded text.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The folded text, Chinese read as pinyin without the words for kinds and companies.
fn romanised(text: &str, vocabulary: &Words) -> String {
    let text = fold(text);
    if text.is_ascii() {
        return text;
    }
    let mut rest = text;
    for word in &vocabulary.chinese {
        if rest.contains(word.as_str()) {
            rest = rest.replace(word.as_str(), "");
        }
    }
    let mut out = String::with_capacity(rest.len());
    for letter in rest.chars() {
        match letter.to_pinyin() {
            Some(syllable) => out.push_str(&syllable.plain().replace('ü', "u")),
            None => out.push(letter),
        }
    }
    out
}

/// Plain small letters; apostrophes fall out (`Wan'an`).
fn fold(text: &str) -> String {
    letters::plain(text).replace(['\'', '’', '‘', 'ʼ', '`'], "")
}

/// A name by its sound: spellings that count as one are made one, double letters single.
fn sound(core: &str, pairs: &[[String; 2]]) -> String {
    let mut text = core.to_owned();
    for [from, to] in pairs {
        if text.contains(from.as_str()) {
            text = text.replace(from.as_str(), to);
        }
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

/// A text without what stands in brackets, and what stands in them.
fn brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut open) = (String::new(), Vec::new(), None::<String>);
    for letter in text.chars() {
        match (letter, &mut open) {
            ('(' | '（', None) => open = Some(String::new()),
            (')' | '）', Some(_)) => {
                inside.extend(open.take());
                outside.push(' ');
            }
            (letter, Some(text)) => text.push(letter),
            (letter, None) => outside.push(letter),
        }
    }
    // A bracket that never closes holds the rest.
    inside.extend(open);
    (outside, inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: &str, other: &[&str]) -> Names {
        let mut site = Site::new(Dataset::Points, "1", name);
        site.other_names = other.iter().map(|name| (*name).to_owned()).collect();
        Names::of(&site, Rules::embedded().unwrap())
    }

    fn score(one: &str, two: &str) -> f64 {
        let (one, two) = (names(one, &[]), names(two, &[]));
        one.likeness(&two, Rules::embedded().unwrap()).map_or(0.0, |found| found.score)
    }

    #[test]
    fn what_says_nothing_of_identity_falls_away() {
        for (one, two) in [
            ("Mines at Abu Tartur", "Abu Tartur"),
            ("Hahotoé", "Hahotoe mine"),
            ("Gebel Abu Khruq", "Abu Khruq"),
            ("Moma Titanium Minerals Mine", "Moma"),
            ("Wan'an", "Wanan"),
            ("Baiyun Ebo", "Bayan Obo"),
            ("白云鄂博铁矿", "Bayan Obo deposit"),
            ("牦牛坪稀土矿", "Maoniuping"),
            ("包头韵升强磁材料有限公司", "Baotou Yunsheng Qiang"),
        ] {
            assert_eq!(score(one, two), 1.0, "{one} / {two}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, two) in [
            ("Anyuan", "Nanyuan"),
            ("Muiane", "Nanro"),
            ("Ytterby 2", "Ytterby 3"),
            ("Quinga North", "Quinga South"),
            ("North Hill", "South Hill"),
        ] {
            assert!(score(one, two) < 0.8, "{one} / {two}: {}", score(one, two));
        }
    }

    #[test]
    fn a_part_is_told_from_the_whole() {
        let (west, whole) = (names("Bayan Obo West orebody", &[]), names("Bayan Obo", &[]));
        let found = west.likeness(&whole, Rules::embedded().unwrap()).unwrap();
        assert_eq!((found.score, found.part), (1.0, Some(Side::Subject)));
        let same = names("Bayan Obo Western ore body", &[]);
        assert_eq!(same.names[0].marks, ["western"]);
    }

    #[test]
    fn a_remark_is_no_name() {
        assert_eq!(names("Plangas", &["Pelangas", "part of Mentok"]).names.len(), 2);
    }

    #[test]
    fn names_of_nothing_but_kinds_keep_their_words() {
        assert_eq!(names("Mine", &[]).names[0].core, "mine");
        assert_eq!(names("701 Area", &[]).names[0].core, "701");
        assert!(names("", &[]).names.is_empty());
        assert!(names("Point 1", &[]).names.is_empty());
    }
}
