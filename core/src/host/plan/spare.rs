//! The room of operations that have ended, for those to come: after the first ones, an operation allocates nothing.

use alloc::boxed::Box;

use super::sequence::SequencePlan;
use crate::framing::payload::Trailer;
use crate::host::step::sequence::SpareSteps;

/// The room of operations that have ended.
#[derive(Default)]
pub(in crate::host) struct Spare {
    pub(in crate::host) steps: SpareSteps,
    /// The trailer of the last download, which the next one has again.
    pub(in crate::host) trailer: Option<Trailer>,
    /// The room of a sequence. Plans move from hand to hand, and in a box that costs nothing.
    sequence: Option<Box<SequencePlan>>,
}

impl Spare {
    /// Puts a sequence into the room that is there.
    pub(super) fn place(&mut self, plan: SequencePlan) -> Box<SequencePlan> {
        match self.sequence.take() {
            Some(mut room) => {
                *room = plan;
                room
            }
            None => Box::new(plan),
        }
    }

    /// Keeps the room of a sequence that has ended.
    pub(super) fn keep(&mut self, mut plan: Box<SequencePlan>) {
        self.steps.give_around(plan.take_around());
        self.sequence = Some(plan);
    }
}
