//! What is promised of any input holds of each target's seeds, and of seeds that are damaged, as
//! far as a moment allows. The fuzzer goes further: see `fuzz/README.md`.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../src/lib.rs"]
mod fuzz;

use std::fs;
use std::panic::catch_unwind;

/// How many damaged inputs each target gets.
const DAMAGED: usize = 500;

/// What damage is likely to go wrong with.
const HOSTILE: [&[u8]; 14] = [
    b"\0",
    b"\xFF\xFF\xFF\xFF",
    b"\x7F\xFF\xFF\xFF",
    b"\x80",
    b"\"",
    b",",
    b"\n",
    b"<",
    b"]",
    b"-9223372036854775808",
    b"1e999",
    b"NaN",
    "\u{202E}".as_bytes(),
    "白".as_bytes(),
];

/// Numbers that are the same in each run: Knuth's linear congruential generator.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// The input with a few bytes changed, taken out or put in.
    fn damage(&mut self, mut input: Vec<u8>, other: &[u8]) -> Vec<u8> {
        for _ in 0..=self.below(4) {
            let at = self.below(input.len() + 1);
            let to = (at + self.below(24)).min(input.len());
            match self.below(6) {
                0 => input.truncate(at),
                1 => drop(input.drain(at..to)),
                2 => {
                    let twice = input[at..to].to_vec();
                    drop(input.splice(at..at, twice));
                }
                3 => {
                    let from = self.below(other.len());
                    let some = other[from..].iter().take(24).copied().collect::<Vec<_>>();
                    drop(input.splice(at..to, some));
                }
                4 => {
                    let hostile = HOSTILE[self.below(HOSTILE.len())];
                    let end = (at + hostile.len()).min(input.len());
                    drop(input.splice(at..end, hostile.iter().copied()));
                }
                _ => {
                    if let Some(byte) = input.get_mut(at) {
                        *byte = self.0.to_le_bytes()[7];
                    }
                }
            }
        }
        input
    }
}

#[test]
fn every_target_keeps_its_promise() {
    for target in fuzz::TARGETS {
        let seeds = (target.seeds)();
        let mut numbers = Numbers(1);
        let damaged = (0..DAMAGED).map(|number| {
            let seed = seeds[number % seeds.len()].clone();
            let other = &seeds[numbers.below(seeds.len())];
            numbers.damage(seed, other)
        });
        let damaged: Vec<Vec<u8>> = damaged.collect();
        for input in seeds.iter().chain(&damaged) {
            let ran = catch_unwind(|| fuzz::run(target.name, input));
            assert!(ran.is_ok(), "{}: b\"{}\"", target.name, input.escape_ascii());
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/");
    let manifest = fs::read_to_string(format!("{folder}Cargo.toml")).unwrap();
    for target in fuzz::TARGETS {
        let path = format!("fuzz_targets/{}.rs", target.name);
        let program = fs::read_to_string(format!("{folder}{path}")).unwrap();
        assert!(program.contains(&format!("run(\"{}\"", target.name)), "{program}");
        assert!(manifest.contains(&path), "{path}");
    }
    assert_eq!(fs::read_dir(format!("{folder}fuzz_targets")).unwrap().count(), fuzz::TARGETS.len());
}
