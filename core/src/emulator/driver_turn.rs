//! The turn of an emulator on its event loop.

use std::time::{Duration, Instant};

use mio::Token;

use super::driver::{CONTROL, INTERNET, ModuleDriver, SESSION};
use super::tenant::{AfterTurn, News, Scratch, Tenant};
use super::write_buffer::BUFFER;

impl Tenant for ModuleDriver {
    fn turn(&mut self, news: &News, scratch: &mut Scratch) -> AfterTurn {
        scratch.lend(&mut self.buffer, &mut self.session.buffer);
        if self.buffer.is_empty() {
            self.buffer.resize(BUFFER, 0);
        }
        let now = self.started.elapsed();
        self.note(now, news);
        let moved = self.obey(now) | self.move_on(now);
        scratch.lend(&mut self.buffer, &mut self.session.buffer);
        if self.over {
            AfterTurn::Over
        } else if moved {
            AfterTurn::Again
        } else {
            self.give_back();
            // A deadline that no clock reaches is none.
            AfterTurn::Wait(
                self.wait()
                    .and_then(|wait| Instant::now().checked_add(wait)),
            )
        }
    }
}

impl ModuleDriver {
    /// Takes note of what happened since the last turn.
    fn note(&mut self, now: Duration, news: &News) {
        if news.woken {
            self.session.handle_wake(now);
            self.internet.handle_wake();
        }
        if self.session.shakes_hands() {
            self.relief.before_blocking();
        }
        for ready in &news.ready {
            let token = Token(self.first.0 + ready.token);
            match ready.token {
                SESSION..INTERNET => self.session.handle_ready(now, token, ready.readable),
                INTERNET..CONTROL => self.internet.handle(token),
                ..SESSION => self.line.handle(),
                CONTROL.. => {
                    if let Some(control) = &mut self.control {
                        control.handle(token);
                    }
                }
            }
        }
    }

    /// Gives back, between transfers, the room that the last one took.
    fn give_back(&mut self) {
        if !self.module.is_in_data_mode() && !self.session.is_busy() {
            self.module.give_back();
            self.line.give_back();
        }
    }
}
