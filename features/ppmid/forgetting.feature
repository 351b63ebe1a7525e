@SECMP0038 @REQ-011 @PP-020
Feature: What the PPMID forgets

  Texts, figures and work of an occupier are wiped by a factory reset, and when the ESME says that the tenant has changed
  (SRV 3.2).

  Background:
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And 5 minutes pass
    And the customer looks at the PPMID

  @takes-10m
  Scenario: A factory reset wipes it
    When the PPMID is reset to its factory state
    Then the PPMID shows no text that it showed before

  @takes-20m
  Scenario: A change of tenancy wipes it
    When the Supplier has the electricity meter's old readings hidden from a new tenant over the SM WAN
    And 5 minutes pass
    Then the PPMID shows no text that it showed before
    And the PPMID shows the balance of the electricity meter
