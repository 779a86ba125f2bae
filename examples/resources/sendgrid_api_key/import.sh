# Import by id, which is the part of the key between its two dots. The provider looks for
# the key in its default account.
terraform import sendgrid_api_key.newsletter ynfH3dkkSYfdvQRKIjcP5Q

# Import by account and id, regardless of the provider's default account.
terraform import sendgrid_api_key.shop shop-subuser/mNp4q7TzTfCvWbXyUe1KsA
terraform import sendgrid_api_key.partner 'account-id 42/x0Zq8Lh2Q5yRkDnE3wJvTg'
