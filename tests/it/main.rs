mod real_letters;
