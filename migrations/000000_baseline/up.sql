-- Numbers from here on belong to the features.
SELECT 1;
