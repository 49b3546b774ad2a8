-- One database per service; the first one is made by the image itself.
CREATE DATABASE yijie_treatment_410000;
CREATE DATABASE yijie_clearing;
