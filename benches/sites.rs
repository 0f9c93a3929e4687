//! Sites in memory: classified, located, selected, counted.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::Bencher;
use divan::counter::ItemsCount;
use reemap::classify::Rules;
use reemap::place::Gazetteer;
use reemap::select::Selection;
use reemap::site::Site;
use reemap::table::{self, Key};

mod common;

fn main() {
    divan::main();
}

#[divan::bench]
fn rules() -> Rules {
    Rules::embedded().unwrap()
}

#[divan::bench]
fn classify(bencher: Bencher) {
    let rules = Rules::embedded().unwrap();
    let collection = common::stated();
    let count = collection.sites.len();
    bencher.counter(ItemsCount::new(count)).with_inputs(|| collection.sites.clone()).bench_refs(
        |sites| {
            sites.iter_mut().for_each(|site| rules.classify(site));
        },
    );
}

#[divan::bench]
fn locate(bencher: Bencher) {
    let gazetteer = Gazetteer::embedded().unwrap();
    let mut collection = common::stated();
    gazetteer.locate(&mut collection.sites);
    bencher
        .counter(ItemsCount::new(collection.sites.len()))
        .bench_local(|| gazetteer.locate(&mut collection.sites));
}

#[divan::bench]
fn select(bencher: Bencher) {
    let collection = common::catalogue();
    let selection = Selection {
        country: vec!["China".into()],
        status: vec!["active".into()],
        ..Selection::default()
    };
    let selector = selection.resolve(Gazetteer::embedded().unwrap()).unwrap();
    let sites = &collection.sites;
    bencher
        .counter(ItemsCount::new(sites.len()))
        .bench_local(|| sites.iter().filter(|site| selector.matches(site)).count());
}

#[divan::bench]
fn count_by_country_and_type(bencher: Bencher) {
    let collection = common::catalogue();
    let gazetteer = Gazetteer::embedded().unwrap();
    let sites: Vec<&Site> = collection.sites.iter().collect();
    let by = [Key::from_name("country").unwrap(), Key::from_name("ree-type").unwrap()];
    bencher
        .counter(ItemsCount::new(sites.len()))
        .bench_local(|| table::count(&sites, &by, gazetteer));
}
