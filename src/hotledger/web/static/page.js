"use strict";
// What the pages do beyond showing: nothing that they need in order to be read.
