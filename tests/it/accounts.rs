//! Accounts over HTTP on a real database: signing in, sessions, administration, and what takes effect at once.

mod administration;
mod desk;
mod second_administrator;
mod signing_in;
mod storm;
