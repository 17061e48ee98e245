//! One rule of a fault plan: an action and what triggers it, on one line.

use std::fmt;
use std::str::FromStr;

use super::action::FaultAction;
use super::trigger::{FaultEvent, FaultEventKind, FaultLink, FaultStream, FaultTrigger};
use super::words::RuleWords;
use crate::dialect::Dialect;
use crate::emulator::fault::Fault;

/// A rule, such as `drop-data after=5000 on=+QFTPPUT count=2`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultRule {
    /// Its action.
    pub action: FaultAction,
    /// Its trigger.
    pub trigger: FaultTrigger,
}

/// The reason why a text is not a fault plan, or a rule does not fit the dialect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultPlanError {
    /// A rule cannot be read.
    #[error("fault rule {rule:?}: {reason}")]
    Rule {
        /// The rule as it was given.
        rule: String,
        /// The word that is wrong, and what there is.
        reason: String,
    },
    /// Modules of the dialect cannot have the fault.
    #[error("fault rule {rule:?} does not fit {dialect}: {reason}")]
    Elsewhere {
        /// The rule.
        rule: String,
        /// Name of the module's dialect.
        dialect: &'static str,
        /// The thing that the dialect lacks.
        reason: String,
    },
    /// A file of rules cannot be read.
    #[error("the fault plan cannot be read: {reason}")]
    Document {
        /// The place and what is wrong there.
        reason: String,
    },
    /// The emulator has ended.
    #[error("the module has ended")]
    Ended,
}

/// The place at which a rule works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum FaultPlace {
    /// At bytes of the AT line in one direction.
    Line(FaultStream),
    /// At bytes of the data connection, in one direction or both.
    Data(Option<FaultStream>),
    /// At bytes of the control connection, likewise.
    Control(Option<FaultStream>),
    /// At the event itself, or at once.
    Event,
}

impl FaultRule {
    /// Returns the rule where modules of this dialect can have it.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError::Elsewhere`] says what the dialect lacks.
    pub fn check(self, dialect: &Dialect) -> Result<Self, FaultPlanError> {
        match self.lacking(dialect) {
            None => Ok(self),
            Some(reason) => Err(FaultPlanError::Elsewhere {
                rule: self.to_string(),
                dialect: dialect.name,
                reason,
            }),
        }
    }

    /// Returns what the dialect lacks for the rule.
    fn lacking(&self, dialect: &Dialect) -> Option<String> {
        if let FaultAction::Inject { fault, .. } = &self.action
            && let Err(error) = fault.check(dialect)
        {
            return Some(error.to_string());
        }
        if matches!(self.action, FaultAction::StoreFull { .. }) && dialect.stores.is_empty() {
            return Some("its modules store no files".into());
        }
        match &self.trigger.event {
            Some(FaultEvent {
                kind: FaultEventKind::AtCommand,
                name: Some(name),
            }) if dialect.command_named(name.as_bytes()).is_none() => {
                Some(format!("it has no command {name}"))
            }
            _ => None,
        }
    }

    /// Returns the place at which the rule works.
    pub(in crate::emulator) fn place(&self) -> FaultPlace {
        let trigger = &self.trigger;
        let link = match &self.action {
            FaultAction::Lose { .. }
            | FaultAction::Change { .. }
            | FaultAction::Double { .. }
            | FaultAction::Insert { .. }
            | FaultAction::ForeignUrc { .. }
            | FaultAction::ForeignAnswer { .. }
            | FaultAction::Slicer { .. } => FaultLink::Line,
            FaultAction::Stall { .. } => trigger.link.unwrap_or(FaultLink::Line),
            FaultAction::Inject { fault, .. } if trigger.after.is_some() => {
                trigger.link.unwrap_or(counted_by(*fault))
            }
            _ => return FaultPlace::Event,
        };
        match link {
            FaultLink::Line => FaultPlace::Line(trigger.stream.unwrap_or(FaultStream::Downstream)),
            FaultLink::Control => FaultPlace::Control(trigger.stream),
            FaultLink::Data => FaultPlace::Data(trigger.stream),
        }
    }

    /// Reads the words of a rule.
    pub(super) fn from_words(mut words: RuleWords) -> Result<Self, String> {
        let action = FaultAction::parse(&mut words)?;
        let mut trigger = FaultTrigger::parse(&mut words, action.takes())?;
        if let Some(key) = words.left_over() {
            let takes = action.takes().iter().chain(&FaultTrigger::KEYS);
            let takes: Vec<&str> = takes.copied().collect();
            let (name, takes) = (action.name(), takes.join(", "));
            return Err(format!("unknown word {key:?}: {name} takes {takes}"));
        }
        let stalls_control =
            matches!(action, FaultAction::Stall { .. }) && trigger.link == Some(FaultLink::Control);
        if stalls_control {
            return Err("link=control: only the line and the data connection stall".into());
        }
        if trigger.event.is_none() {
            let of_kind = |kind| FaultEvent { kind, name: None };
            trigger.event = action.event_kind().map(of_kind);
        }
        Ok(FaultRule { action, trigger })
    }
}

/// Returns whose bytes a rule with a fault counts, unless it says so.
fn counted_by(fault: Fault) -> FaultLink {
    match fault {
        Fault::DropControl => FaultLink::Control,
        Fault::Silent { .. } | Fault::Noise | Fault::LoseUrc => FaultLink::Line,
        _ => FaultLink::Data,
    }
}

impl FromStr for FaultRule {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, FaultPlanError> {
        let rule = RuleWords::parse(text).and_then(FaultRule::from_words);
        rule.map_err(|reason| FaultPlanError::Rule {
            rule: text.trim().to_owned(),
            reason,
        })
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.action, self.trigger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use crate::emulator::fault::FAULTS;
    use crate::emulator::fault_plan::action::FAULT_ACTIONS;

    fn error(text: &str) -> String {
        text.parse::<FaultRule>().expect_err(text).to_string()
    }

    #[test]
    fn rules_come_back() {
        let examples = FAULT_ACTIONS.iter().map(|known| known.example);
        for text in examples
            .chain(FAULTS.iter().map(|known| known.name))
            .chain([
                "drop-data after=5000 on=+QFTPPUT count=2",
                "no-network for=10s urc=\"NORMAL POWER DOWN\"",
                "silent after=40 link=line stream=upstream",
                "drop-control command=STOR nth=2 count=all toxicity=0.25",
            ])
        {
            let rule: FaultRule = text.parse().expect(text);
            assert_eq!(rule.to_string().parse().as_ref(), Ok(&rule), "{text}");
        }
    }

    #[test]
    fn the_name_of_an_action_is_that_of_its_line() {
        for known in FAULT_ACTIONS {
            let rule: FaultRule = known.example.parse().expect(known.example);
            assert_eq!(rule.action.name(), known.name);
            assert_eq!(rule.action.takes(), known.takes);
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, reason) in [
            (
                "loose",
                "unknown action \"loose\": there are lose, change, double, insert,",
            ),
            ("", "unknown action \"\": there are lose,"),
            (
                "lose byte=1",
                "unknown word \"byte\": lose takes bytes, on, command, urc, after, stream, nth, count, toxicity",
            ),
            ("lose bytes=0", "bytes=0: give a number, 1 or more"),
            ("insert", "insert needs text="),
            ("stall", "stall needs for=, a time such as 5s"),
            (
                "stall for=5s link=control",
                "link=control: only the line and the data connection stall",
            ),
            ("reply code=399", "code=399: give 400 to 599"),
            ("reply code=600", "code=600: give 400 to 599"),
            (
                "reply code=500 text=\"a\\rb\"",
                "the text of a reply is one line",
            ),
            ("reply", "reply needs code=, such as 552"),
            ("answer-busy code=65536", "code=65536: give 0 to 65535"),
            ("reboot for=1s", "reboot happens once, it takes no for="),
            (
                "reboot on=QFTPPUT",
                "on=QFTPPUT: name an AT command such as +QFTPPUT",
            ),
            (
                "reboot command=STORE",
                "command=STORE: the module sends ABOR, ACCT,",
            ),
            ("reboot urc=", "urc=: name a URC such as +QFTPPUT"),
            (
                "reboot on=+CSQ urc=RING",
                "urc: a rule waits for one thing alone",
            ),
            ("reboot nth=0", "nth=0: give a number, 1 or more"),
            ("reboot count=0", "count=0: give 1 or more, or all"),
            (
                "reboot link=wire",
                "link=wire: give line or control or data",
            ),
        ] {
            let shown = format!("fault rule {text:?}: {reason}");
            assert!(error(text).starts_with(&shown), "{}", error(text));
        }
        for right in ["reply code=400", "reply code=599", "answer-busy code=65535"] {
            assert!(right.parse::<FaultRule>().is_ok(), "{right}");
        }
    }

    #[test]
    fn a_rule_for_another_dialect_is_refused() {
        let check = |text: &str, name: &str| {
            let rule: FaultRule = text.parse().expect(text);
            rule.check(dialect::by_name(name).expect(name))
        };
        let refused = |text, name| check(text, name).expect_err(text).to_string();
        assert_eq!(
            refused("lose on=+FTPOPEN", "ec2x"),
            "fault rule \"lose bytes=1 on=+FTPOPEN\" does not fit ec2x: it has no command +FTPOPEN"
        );
        assert!(
            refused("busy on=+QFTPPUT", "gsm").contains("the fault busy does not occur on gsm")
        );
        assert!(refused("store-full", "nl668").ends_with("its modules store no files"));
        assert!(check("lose on=+FTPOPEN", "nl668").is_ok());
        assert!(check("store-full", "gsm").is_ok());
    }
}
