@UTRN-INTERNET
Feature: What the Supplier can know of a UTRN

  The PPMID's word is nobody's proof. Whatever the hub and the SM WAN, it is all that comes of a UTRN by itself.

  @REQ-034 @ics-utrn-internet @takes-5h
  Scenario Outline: A UTRN, <sm wan>, with <hub>
    Given a prepayment home with an electricity meter
    And <hub>
    And <sm wan>
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the Supplier holds of it: <outcome>

    Examples:
      | sm wan                               | hub                  | outcome          |
      | the SM WAN is up                     | a hub of today       | the PPMID's word |
      | the SM WAN is up                     | a hub that can relay | the PPMID's word |
      | the SM WAN has been down for 2 hours | a hub of today       | the PPMID's word |
      | the SM WAN has been down for 2 hours | a hub that can relay | the PPMID's word |
      | the home has no SM WAN yet           | a hub of today       | the PPMID's word |
