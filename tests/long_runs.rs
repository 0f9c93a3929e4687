//! A program that draws figure after figure holds no more at the end than at the start.
#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(target_os = "linux")]

use std::fs;

use common::{catalogue, material};
use reemap::figure;
use reemap::figure::spec::Figure;

mod common;

/// The memory that the process holds, in KiB, and its open files.
fn held() -> (u64, usize) {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kib = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    (kib, fs::read_dir("/proc/self/fd").unwrap().count())
}

#[test]
fn drawing_again_and_again_holds_no_more_memory_and_no_more_files() {
    // 10,000 rounds are as many as somebody may make in earnest.
    let rounds = std::env::var("REEMAP_ROUNDS").map_or(40, |text| text.parse().unwrap());
    let figure = Figure::open("3").unwrap();
    let draw = || {
        let picture = figure::draw(&figure, &material(&catalogue().sites)).unwrap();
        picture.scene.svg().len()
    };
    let size = draw();
    // The allocator takes what it needs in the first rounds.
    (0..rounds / 4).for_each(|_| assert_eq!(draw(), size));
    let (before, files) = held();
    (0..rounds).for_each(|_| assert_eq!(draw(), size));
    let (after, files_after) = held();
    assert_eq!(files, files_after);
    // Less than a hundredth of what one picture takes for each round, were it kept.
    let grown = after.saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB more after {rounds} rounds");
}
