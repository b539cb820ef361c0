//! Storey 3: assembly.
