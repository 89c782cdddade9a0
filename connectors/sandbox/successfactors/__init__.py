"""A stand-in SuccessFactors tenant over the simulated company: OData v2 as the vendor serves it."""
