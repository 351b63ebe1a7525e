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

  @REQ-022 @ics-gas @ics-own-commands @takes-30m
  Scenario: As the PPMID is joined to meters and parted from them, it lists just those over its avenue
    Given a prepayment home with an electricity meter and a gas meter
    And a PPMID that has been joined to no meter yet
    And the SM WAN is up
    Then the PPMID lists the meters that it is joined to, and no others
    When the Supplier has the PPMID's join to the gas meter made over the SM WAN
    And the PPMID's Internet line goes down
    And the PPMID's Internet line comes back
    Then the PPMID lists the meters that it is joined to, and no others
    When the Supplier has the PPMID's join to the electricity meter made over the SM WAN
    And the PPMID's Internet line goes down
    And the PPMID's Internet line comes back
    Then the PPMID lists the meters that it is joined to, and no others
    When the Supplier has the PPMID's join to the gas meter undone over the SM WAN
    Then the Supplier holds the PPMID's own Response
    When the PPMID's Internet line goes down
    And the PPMID's Internet line comes back
    Then the PPMID lists the meters that it is joined to, and no others
