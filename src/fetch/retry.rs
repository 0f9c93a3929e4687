//! When to try again, and when to give up.

use std::time::Duration;

use super::event::Event;
use crate::error::{At, Error};

/// How often a passing failure is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How many more tries there are after the first.
    pub count: u32,
    /// The pause before the second; each later one is twice as long, up to [`Retries::LONGEST`].
    pub first: Duration,
}

/// Why a request did not give what was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// What may be gone in a moment: no connection, a server that is busy.
    Passing(Passing),
    /// What this address does not give; another may.
    Refused(Error),
    /// What did not pass, however often it was tried; another address may do.
    GivenUp(Error),
    /// What no other try or address changes.
    Final(Error),
}

/// A failure that may be gone in a moment.
#[derive(Debug)]
pub(super) struct Passing {
    /// What is wrong, as a clause.
    pub reason: String,
    /// What the user can do, where it does not pass.
    pub hint: Option<&'static str>,
    /// The pause that the server asks for.
    pub asked: Option<Duration>,
    /// Whether the try brought so much that the count starts anew.
    pub anew: bool,
}

impl Failure {
    /// A failure that may be gone in a moment.
    pub fn passing(reason: impl Into<String>, hint: Option<&'static str>) -> Self {
        Failure::Passing(Passing { reason: reason.into(), hint, asked: None, anew: false })
    }

    /// The error of one that is not tried again.
    pub fn settled(self) -> Error {
        match self {
            Failure::Refused(error) | Failure::GivenUp(error) | Failure::Final(error) => error,
            Failure::Passing(passing) => Error::not_found(passing.reason),
        }
    }
}

impl Retries {
    /// No pause is longer.
    pub const LONGEST: Duration = Duration::from_secs(60);

    /// The pause after so many failures in a row, of which a server may ask for a longer one.
    fn pause(self, failed: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failed.saturating_sub(1)));
        doubled.max(asked.unwrap_or_default()).min(Self::LONGEST)
    }

    /// Does work with an address until it succeeds, fails for good, or has failed in a passing way
    /// once more than there are retries.
    pub(super) fn run<T>(
        self,
        url: &str,
        watch: &mut dyn FnMut(Event<'_>),
        mut work: impl FnMut(&mut dyn FnMut(Event<'_>)) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut failed = 0;
        loop {
            let passing = match work(watch) {
                Err(Failure::Passing(passing)) => passing,
                outcome => return outcome,
            };
            failed = if passing.anew { 1 } else { failed + 1 };
            if failed > self.count {
                let tries = match failed {
                    1 => String::new(),
                    tries => format!(" ({tries} tries)"),
                };
                let mut error = Error::input(At::file(url), format!("{}{tries}", passing.reason));
                if let Some(hint) = passing.hint {
                    error = error.with_hint(hint);
                }
                return Err(Failure::GivenUp(error));
            }
            let pause = self.pause(failed, passing.asked);
            watch(Event::Pause { reason: &passing.reason, pause });
            std::thread::sleep(pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_a_minute() {
        let retries = Retries { count: 9, first: Duration::from_secs(1) };
        let pauses = [1, 2, 3, 6, 7, 99].map(|failed| retries.pause(failed, None).as_secs());
        assert_eq!(pauses, [1, 2, 4, 32, 60, 60]);
        let asked = |seconds| retries.pause(2, Some(Duration::from_secs(seconds))).as_secs();
        assert_eq!([1, 10, 600].map(asked), [2, 10, 60]);
    }

    #[test]
    fn tries_end_unless_they_bring_something() {
        let retries = Retries { count: 2, first: Duration::ZERO };
        let tries = |gains: &[bool]| {
            let mut tries = 0;
            let outcome: Result<(), Failure> = retries.run("x", &mut |_| {}, |_| {
                let anew = gains.get(tries).copied().unwrap_or_default();
                tries += 1;
                Err(Failure::Passing(Passing {
                    reason: "busy".into(),
                    hint: None,
                    asked: None,
                    anew,
                }))
            });
            assert!(matches!(outcome, Err(Failure::GivenUp(_))));
            tries
        };
        assert_eq!(tries(&[]), 3);
        assert_eq!(tries(&[false, false, true]), 5);
    }
}
