@SECMP0038
Feature: What the maker of the PPMID declares

  A maker states how soon its PPMID has a first and a last word about what is asked of it. Users wait by these times.

  @REQ-015 @PP-025 @ics-relay @ixit-first-word-s @ixit-esme-answer-s @takes-135m
  Scenario: The declared times are kept when the meter answers
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID has answered about the electricity meter within the times that its maker declares
    And the Supplier holds the meter's own Response

  @REQ-015 @PP-025 @ics-relay @ixit-first-word-s @ixit-esme-answer-s @takes-135m
  Scenario: The declared times are kept when no meter answers
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID has answered about the electricity meter within the times that its maker declares
    And the Supplier does not know whether it was delivered
