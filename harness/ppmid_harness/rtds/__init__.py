"""Playing the Commands of the Reference Test Data Set at simulated devices, and comparing what they answer."""
