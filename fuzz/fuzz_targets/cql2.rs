//! Reads filters of whatever text the fuzzer makes, writes what it understands and reads that again,
//! and asks it of a row.
//!
//! Run with `cargo +nightly fuzz run cql2`.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use reemap::property::Value;
use reemap::select::cql2::{self, Filter};

fuzz_target!(|text: &str| {
    if let Ok(expression) = cql2::parse(text) {
        let written = expression.to_string();
        assert_eq!(cql2::parse(&written).expect("what is written is read"), expression, "{written}");
    }
    if let Ok(filter) = Filter::parse(text) {
        let value = |number| match number % 4 {
            0 => Value::Text(Cow::Borrowed("Baotou 1")),
            1 => Value::Real(2.5),
            2 => Value::List(vec![Cow::Borrowed("2019-05"), Cow::Borrowed("")]),
            _ => Value::None,
        };
        filter.matches(value, || Some(geo::Point::new(109.97, 41.8)));
    }
});
