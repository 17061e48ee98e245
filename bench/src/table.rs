//! The table of results.

use std::fmt::Write as _;

use crate::figures::Figures;

/// Tells whether a row reaches its goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It has no goal of its own.
    Open,
    /// It was not measured, and this is why.
    NotMeasured(String),
}

/// A row: what is measured, beside what, and the goal.
#[derive(Clone, Debug)]
pub struct Row {
    /// The group that it belongs to.
    pub group: &'static str,
    /// What is measured, with its unit.
    pub what: String,
    /// The figures of libqftp.
    pub ours: String,
    /// The figures of the peer, with its name; "" without one.
    pub peer: String,
    /// The ratio of the two; "" without a peer.
    pub ratio: String,
    /// The goal.
    pub goal: String,
    /// Whether it is reached.
    pub reached: Reached,
}

/// A bound of the goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// None: the row informs.
    Open,
    /// The figures of libqftp are at least so much, or at most.
    AtLeast(f64),
    /// See [`Goal::AtLeast`].
    AtMost(f64),
    /// The ratio to the peer is at least so much, or at most.
    RatioAtLeast(f64),
    /// See [`Goal::RatioAtLeast`].
    RatioAtMost(f64),
}

impl Goal {
    fn show(self) -> String {
        match self {
            Goal::Open => String::new(),
            Goal::AtLeast(least) => format!("at least {least}"),
            Goal::AtMost(most) => format!("at most {most}"),
            Goal::RatioAtLeast(least) => format!("ratio at least {least}"),
            Goal::RatioAtMost(most) => format!("ratio at most {most}"),
        }
    }

    /// Compares the medians with the bound; rounding does not decide.
    fn reached(self, ours: &Figures, ratio: Option<&Figures>) -> Reached {
        let (value, least, most) = match self {
            Goal::Open => return Reached::Open,
            Goal::AtLeast(least) => (Some(ours), Some(least), None),
            Goal::AtMost(most) => (Some(ours), None, Some(most)),
            Goal::RatioAtLeast(least) => (ratio, Some(least), None),
            Goal::RatioAtMost(most) => (ratio, None, Some(most)),
        };
        let Some(value) = value.map(Figures::median) else {
            return Reached::Open;
        };
        if least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most) {
            Reached::Yes
        } else {
            Reached::No
        }
    }
}

impl Row {
    /// Makes a row of figures without a peer.
    pub fn alone(group: &'static str, what: impl Into<String>, ours: &Figures, goal: Goal) -> Self {
        Row {
            group,
            what: what.into(),
            ours: ours.to_string(),
            peer: String::new(),
            ratio: String::new(),
            goal: goal.show(),
            reached: goal.reached(ours, None),
        }
    }

    /// Makes a row of figures beside those of a peer.
    pub fn beside(
        group: &'static str,
        what: impl Into<String>,
        ours: &Figures,
        (peer, theirs): (&str, &Figures),
        goal: Goal,
    ) -> Self {
        let ratio = ours.over(theirs);
        Row {
            group,
            what: what.into(),
            ours: ours.to_string(),
            peer: format!("{peer}: {theirs}"),
            ratio: ratio.to_string(),
            goal: goal.show(),
            reached: goal.reached(ours, Some(&ratio)),
        }
    }

    /// Makes a row that could not be measured here.
    pub fn not_measured(group: &'static str, what: impl Into<String>, why: &str) -> Self {
        Row {
            group,
            what: what.into(),
            ours: String::new(),
            peer: String::new(),
            ratio: String::new(),
            goal: String::new(),
            reached: Reached::NotMeasured(why.to_owned()),
        }
    }

    /// Says the goal in other words than its bound.
    #[must_use]
    pub fn with_goal(mut self, goal: &str) -> Self {
        goal.clone_into(&mut self.goal);
        self
    }
}

/// Renders rows as Markdown, a heading for each group.
pub fn render(rows: &[Row]) -> String {
    let mut text = String::new();
    let mut group = "";
    for row in rows {
        if row.group != group {
            group = row.group;
            write!(
                text,
                "\n## {group}\n\n| what | here | peer | ratio | goal | reached |\n| --- | --- | --- | --- | --- | --- |\n"
            )
            .expect("a string takes all");
        }
        let reached = match &row.reached {
            Reached::Yes => "yes",
            Reached::No => "**no**",
            Reached::Open => "",
            Reached::NotMeasured(why) => why,
        };
        let Row {
            what,
            ours,
            peer,
            ratio,
            goal,
            ..
        } = row;
        writeln!(
            text,
            "| {what} | {ours} | {peer} | {ratio} | {goal} | {reached} |"
        )
        .expect("a string takes all");
    }
    text
}
