//! Chooses the cases of a check, by selectors and by groups.

use clap::ValueEnum;
use qftp_conformance::plan::{Case, is_selected};

use super::bench::Planned;
use crate::problem::Problem;

/// Cases that are not for every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// Waits of more than 5 seconds in a case
    Slow,
    /// Changes what the module keeps: its files, and settings over a restart
    Destructive,
    /// All of these
    All,
}

/// The choice of the user.
pub(super) struct Selection<'a> {
    pub(super) selectors: &'a [String],
    pub(super) groups: &'a [Group],
    /// Each case has a module that was just switched on.
    pub(super) is_fresh: bool,
    /// Each module is gone with its case, and all that the case destroys.
    pub(super) is_throwaway: bool,
}

impl Selection<'_> {
    /// Returns the selected cases, each with the reason why it is not to be played, if there is one.
    pub(super) fn plan(&self, cases: Vec<Case>) -> Result<Vec<Planned>, Problem> {
        for selector in self.selectors {
            if !cases.iter().any(|case| is_selected(case, selector)) {
                let what = format!("{selector}: no case of this dialect has this name");
                return Err(Problem::usage(what).hint(
                    "`qftp check --dry-run` lists all names; a section such as ec2x/2.6 and a command such as +QFTPGET select, too",
                ));
            }
        }
        let wanted = |case: &Case| {
            let mut selectors = self.selectors.iter();
            self.selectors.is_empty() || selectors.any(|one| is_selected(case, one))
        };
        let planned = cases.into_iter().filter(wanted).map(|case| Planned {
            skipped: self.skipped(&case),
            case,
        });
        Ok(planned.collect())
    }

    fn skipped(&self, case: &Case) -> Option<String> {
        let has = |group| self.groups.contains(&group) || self.groups.contains(&Group::All);
        if case.conversations.is_empty() {
            return Some("no conversation shows it; a test of libqftp does".into());
        }
        if case.is_slow && !has(Group::Slow) {
            return Some("it is slow: --group slow runs it".into());
        }
        if case.is_destructive && !self.is_throwaway && !has(Group::Destructive) {
            return Some("it is destructive: --group destructive runs it".into());
        }
        if case.needs_restart && !self.is_fresh {
            return Some("it is about a module that was just switched on: --reset restart".into());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::dialect::ec2x::EC2X;
    use qftp_conformance::plan::cases;

    fn reasons(selection: &Selection<'_>) -> Vec<String> {
        let planned = selection.plan(cases(&EC2X)).expect("a plan");
        planned.into_iter().filter_map(|one| one.skipped).collect()
    }

    fn selection<'a>(selectors: &'a [String], groups: &'a [Group], fresh: bool) -> Selection<'a> {
        Selection {
            selectors,
            groups,
            is_fresh: fresh,
            is_throwaway: fresh,
        }
    }

    #[test]
    fn groups_are_asked_for_by_name() {
        let count = |reasons: &[String], word: &str| {
            reasons
                .iter()
                .filter(|reason| reason.contains(word))
                .count()
        };
        let line = reasons(&selection(&[], &[], false));
        for word in ["--group slow", "--group destructive", "--reset restart"] {
            assert!(count(&line, word) > 3, "{word}");
        }
        let emulator = reasons(&selection(&[], &[Group::Slow], true));
        assert!(
            emulator.iter().all(|reason| reason.contains("libqftp")),
            "{emulator:?}"
        );
        let all = reasons(&selection(&[], &[Group::All], false));
        assert_eq!(count(&all, "--group"), 0);
    }

    #[test]
    fn a_selector_that_selects_nothing_is_a_mistake() {
        let selectors = ["ec2x/2.6".to_owned(), "ec2x/9.9".to_owned()];
        let Err(problem) = selection(&selectors, &[], true).plan(cases(&EC2X)) else {
            panic!("a plan");
        };
        assert!(problem.message().contains("ec2x/9.9"));
    }
}
